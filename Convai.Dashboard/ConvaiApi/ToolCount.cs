namespace Convai.Dashboard.ConvaiApi;

/// <summary>How many of a character's functions or MCP servers are active; Convai's names for them are not kept.</summary>
public sealed record ToolCount(int Active);
