using BarePage;
using MudBlazor.Services;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMudServices();
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
// As the dashboard does, whose pages are sent compressed too.
builder.Services.AddResponseCompression(compression => compression.MimeTypes = ["text/html"]);

var app = builder.Build();
app.UseResponseCompression();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.Run();
