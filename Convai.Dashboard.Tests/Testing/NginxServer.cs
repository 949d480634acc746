using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Convai.Dashboard.Testing;

/// <summary>
/// A real nginx with the site of <c>docs/nginx.conf</c>, on free ports and with a certificate that it signed itself. What the
/// documentation shows is what is tried: beside ports and files, only what a test names is replaced, and it has to be there.
/// </summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private const string Name = "localhost";

    private readonly DirectoryInfo _directory;
    private readonly Process _process;

    private NginxServer(DirectoryInfo directory, Process process, int port, int httpPort) =>
        (_directory, _process, Address, HttpAddress) = (directory, process, new Uri($"https://{Name}:{port}/"), new Uri($"http://{Name}:{httpPort}/"));

    public Uri Address { get; }

    /// <summary>The address with http, for people who forget the s.</summary>
    public Uri HttpAddress { get; }

    /// <param name="upstreams">Where the dashboards are: one, or two.</param>
    /// <param name="changes">What the documented site has, and what replaces it.</param>
    public static async Task<NginxServer> StartAsync(IReadOnlyList<Uri> upstreams, params (string From, string To)[] changes)
    {
        var executable = Find();
        Assert.SkipWhen(executable is null, "No nginx is on the PATH or in /usr/sbin.");
        var directory = Directory.CreateTempSubdirectory("dashboard-nginx-");
        await WriteCertificateAsync(directory.FullName);
        var (port, httpPort) = FreePorts();
        var site = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "docs", "nginx.conf"));
        (string From, string To)[] second = upstreams.Count > 1 ? [("#server 127.0.0.1:8081", $"server {upstreams[1].Authority}")] : [];
        foreach (var (from, to) in ((string From, string To)[])[
            ("listen 443 ssl", $"listen 127.0.0.1:{port} ssl"),
            ("listen 80;", $"listen 127.0.0.1:{httpPort};"),
            ("server_name dashboard.studio.example", $"server_name {Name}"),
            ("/etc/ssl/dashboard.crt", Path.Combine(directory.FullName, "certificate")),
            ("/etc/ssl/dashboard.key", Path.Combine(directory.FullName, "key")),
            ("server 127.0.0.1:8080", $"server {upstreams[0].Authority}"),
            .. second,
            .. changes])
        {
            Assert.Contains(from, site, StringComparison.Ordinal);
            site = site.Replace(from, to, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "site.conf"), site);
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "nginx.conf"), Frame(directory.FullName));
        var start = new ProcessStartInfo(executable!, ["-p", directory.FullName, "-e", "stderr", "-c", Path.Combine(directory.FullName, "nginx.conf")]) { RedirectStandardError = true };
        var server = new NginxServer(directory, Process.Start(start)!, port, httpPort);
        await server.WaitUntilListeningAsync();
        return server;
    }

    /// <summary>What a distribution has around a site, for one process under the account that runs the tests.</summary>
    private static string Frame(string directory) => $$"""
        daemon off;
        master_process off;
        pid {{directory}}/pid;
        error_log stderr notice;
        events {}
        http {
            access_log off;
            client_body_temp_path {{directory}}/body;
            proxy_temp_path {{directory}}/proxy;
            fastcgi_temp_path {{directory}}/fastcgi;
            uwsgi_temp_path {{directory}}/uwsgi;
            scgi_temp_path {{directory}}/scgi;
            include site.conf;
        }
        """;

    /// <summary>It opens its ports before it says how it will wait for events.</summary>
    private async Task WaitUntilListeningAsync()
    {
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains("using the \"", StringComparison.Ordinal))
            {
                // A pipe that is not read would fill up and stop it.
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return;
            }

            said.Add(line);
        }

        await DisposeAsync();
        throw new InvalidOperationException($"nginx did not start: {string.Join('\n', said)}");
    }

    private static async Task WriteCertificateAsync(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(directory, "certificate"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(directory, "key"), key.ExportPkcs8PrivateKeyPem());
    }

    // Both at once: one alone would be given out again.
    private static (int Port, int HttpPort) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static string? Find() =>
        $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}/usr/sbin".Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "nginx"))
            .FirstOrDefault(File.Exists);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _directory.Delete(recursive: true);
    }
}
