using System.Diagnostics.CodeAnalysis;

namespace Convai.Dashboard.ConvaiApi;

/// <summary>The value that a call to Convai gave, or the failure that it ended in: failures are values, not exceptions.</summary>
public sealed record ConvaiResult<T>
    where T : class
{
    private ConvaiResult(T? value, ConvaiFailure? failure) => (Value, Failure) = (value, failure);

    public T? Value { get; }

    public ConvaiFailure? Failure { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsSuccess => Failure is null;

    public static implicit operator ConvaiResult<T>(T value) => new(value, null);

    public static implicit operator ConvaiResult<T>(ConvaiFailure failure) => new(null, failure);

    public ConvaiResult<TOther> Map<TOther>(Func<T, ConvaiResult<TOther>> map)
        where TOther : class => IsSuccess ? map(Value) : Failure;
}
