using MudBlazor;

namespace Convai.Dashboard.Components.Layout;

/// <summary>
/// Type and shape for MudBlazor's components. The colours are in <c>tokens.css</c>, which overrides MudBlazor's own: only
/// a style sheet can follow the browser's theme before the circuit has started.
/// </summary>
public static class DashboardTheme
{
    private static readonly string[] FontFamily = ["Inter", "system-ui", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = FontFamily, FontSize = "0.875rem", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = FontFamily, FontSize = "0.875rem", FontWeight = "600", TextTransform = "none", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = FontFamily, FontSize = "1rem", FontWeight = "600", LetterSpacing = "normal" },
        },
    };
}
