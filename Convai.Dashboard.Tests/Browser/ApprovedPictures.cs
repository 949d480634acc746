using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Convai.Dashboard.Browser;

/// <summary>
/// Compares a screen with its approved picture in Approved/pictures/, at half size. Another version of the browser draws a little
/// differently, so pictures are compared only in the version that they were approved in. After an intended change, run the tests with
/// TEST_VISUAL=1 and TEST_APPROVE=1, and look at the pictures before you commit them.
/// </summary>
internal static partial class ApprovedPictures
{
    /// <summary>Of the 324,000 pixels of a wide picture, about those of one changed word.</summary>
    public const int MaxDifferentPixels = 50;

    // In the page itself, which has a decoder, a canvas and an encoder that loses nothing at quality 1. More than two steps are a difference.
    private const string Compare = """
        async ([picture, approved, tolerated]) => {
            const read = text => createImageBitmap(new Blob([Uint8Array.fromBase64(text)]));
            const draw = (image, width, height) => {
                const canvas = new OffscreenCanvas(width, height);
                const pen = canvas.getContext("2d", { willReadFrequently: true });
                pen.imageSmoothingQuality = "high";
                pen.drawImage(image, 0, 0, width, height);
                // Sixteen steps a channel are enough to compare, and halve the files.
                const pixels = pen.getImageData(0, 0, width, height);
                for (let i = 0; i < pixels.data.length; i++) {
                    pixels.data[i] = (pixels.data[i] >> 4) * 17;
                }
                pen.putImageData(pixels, 0, 0);
                return [canvas, pixels.data];
            };
            const whole = await read(picture);
            const [width, height] = [whole.width >> 1, whole.height >> 1];
            const [canvas, now] = draw(whole, width, height);
            let different = width * height;
            const before = approved && await read(approved);
            if (before && before.width === width && before.height === height) {
                const [, then] = draw(before, width, height);
                different = 0;
                for (let i = 0; i < now.length; i += 4) {
                    different += Math.max(Math.abs(now[i] - then[i]), Math.abs(now[i + 1] - then[i + 1]), Math.abs(now[i + 2] - then[i + 2])) > 40;
                }
            }
            // It is stored if it differs, and encoding it takes longer than all the rest.
            if (different <= Number(tolerated)) {
                return [String(different), approved];
            }
            const reader = new FileReader();
            const encoded = new Promise(resolve => { reader.onload = () => resolve(reader.result); });
            reader.readAsDataURL(await canvas.convertToBlob({ type: "image/webp", quality: 1 }));
            return [String(different), (await encoded).split(",")[1]];
        }
        """;

    public static bool AreApproved { get; } = Environment.GetEnvironmentVariable("TEST_APPROVE") == "1";

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "Approved", "pictures"));

    private static string BrowserFile => Path.Combine(Folder, "browser.txt");

    /// <summary>Why pictures of this browser are not compared; null if they are.</summary>
    public static string? ReasonToSkip(IBrowser browser)
    {
        var (used, approved) = (NameOf(browser), File.Exists(BrowserFile) ? File.ReadAllText(BrowserFile).Trim() : "no browser");
        return AreApproved || used == approved ? null : $"The pictures were approved in {approved}, and this is {used}.";
    }

    /// <summary>Null if it looks as approved, otherwise a sentence that says what is different and where the new picture is.</summary>
    public static async Task<string?> CompareAsync(IPage page, string name, byte[] picture)
    {
        var file = $"{NoLetters.Replace(name.ToLowerInvariant(), "-")}.webp";
        var path = Path.Combine(Folder, file);
        var (different, encoded) = await DifferenceAsync(page, picture, File.Exists(path) ? await File.ReadAllBytesAsync(path) : null);
        if (different <= MaxDifferentPixels)
        {
            return null;
        }

        var written = AreApproved ? path : Path.Combine(AppContext.BaseDirectory, "TestResults", "pictures", file);
        Directory.CreateDirectory(Path.GetDirectoryName(written)!);
        await File.WriteAllBytesAsync(written, encoded);
        if (AreApproved)
        {
            await File.WriteAllTextAsync(BrowserFile, $"{NameOf(page.Context.Browser!)}\n");
        }

        return AreApproved ? null : string.Create(CultureInfo.InvariantCulture, $"{name} does not look as approved: {different:N0} pixels differ. The new picture is {written}.");
    }

    /// <param name="picture">A screenshot.</param>
    /// <param name="approved">A picture that this method has returned; null for none.</param>
    /// <returns>How many pixels differ visibly, and the picture as it is stored: half the size, as lossless WebP; the approved one if hardly any differ.</returns>
    public static async Task<(int DifferentPixels, byte[] Encoded)> DifferenceAsync(IPage page, byte[] picture, byte[]? approved)
    {
        var answer = await page.EvaluateAsync<string[]>(Compare, new[] { Convert.ToBase64String(picture), approved is null ? "" : Convert.ToBase64String(approved), $"{MaxDifferentPixels}" });
        return (int.Parse(answer[0], CultureInfo.InvariantCulture), Convert.FromBase64String(answer[1]));
    }

    private static string NameOf(IBrowser browser) => $"Chromium {browser.Version.Split('.')[0]}";

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoLetters { get; }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
