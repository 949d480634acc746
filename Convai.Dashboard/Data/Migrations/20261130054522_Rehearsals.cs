using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations
{
    /// <inheritdoc />
    public partial class Rehearsals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "RehearsalId",
                table: "Changes",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "CharacterCopies",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RehearsalId = table.Column<long>(type: "INTEGER", nullable: false),
                    Column = table.Column<int>(type: "INTEGER", nullable: false),
                    SourceId = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    SourceName = table.Column<string>(type: "TEXT", nullable: false),
                    CharacterId = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    Account = table.Column<string>(type: "TEXT", maxLength: 97, nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    RequestedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    RemovalTriedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    FailedRemovals = table.Column<int>(type: "INTEGER", nullable: false),
                    Failure = table.Column<string>(type: "TEXT", maxLength: 600, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CharacterCopies", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Rehearsals",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    CharacterId = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    CharacterName = table.Column<string>(type: "TEXT", nullable: false),
                    PersonId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    PersonName = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Account = table.Column<string>(type: "TEXT", maxLength: 97, nullable: false),
                    Repeats = table.Column<int>(type: "INTEGER", nullable: false),
                    IncludesKnowledge = table.Column<bool>(type: "INTEGER", nullable: false),
                    HidesNames = table.Column<bool>(type: "INTEGER", nullable: false),
                    RevealedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    RevealedBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    StoppedFor = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    EndedAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    AnswersDeletedAt = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Rehearsals", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "RehearsalAnswers",
                columns: table => new
                {
                    RehearsalId = table.Column<long>(type: "INTEGER", nullable: false),
                    Column = table.Column<int>(type: "INTEGER", nullable: false),
                    Repeat = table.Column<int>(type: "INTEGER", nullable: false),
                    Line = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: true),
                    Failure = table.Column<string>(type: "TEXT", maxLength: 600, nullable: true),
                    Milliseconds = table.Column<int>(type: "INTEGER", nullable: true),
                    SessionId = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RehearsalAnswers", x => new { x.RehearsalId, x.Column, x.Repeat, x.Line });
                    table.ForeignKey(
                        name: "FK_RehearsalAnswers_Rehearsals_RehearsalId",
                        column: x => x.RehearsalId,
                        principalTable: "Rehearsals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RehearsalColumns",
                columns: table => new
                {
                    RehearsalId = table.Column<long>(type: "INTEGER", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Position = table.Column<int>(type: "INTEGER", nullable: false),
                    ModelCode = table.Column<string>(type: "TEXT", nullable: true),
                    Temperature = table.Column<decimal>(type: "TEXT", nullable: true),
                    Reasoning = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    Failure = table.Column<string>(type: "TEXT", maxLength: 600, nullable: true),
                    UsedModel = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    UsedTemperature = table.Column<decimal>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RehearsalColumns", x => new { x.RehearsalId, x.Number });
                    table.ForeignKey(
                        name: "FK_RehearsalColumns_Rehearsals_RehearsalId",
                        column: x => x.RehearsalId,
                        principalTable: "Rehearsals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RehearsalLines",
                columns: table => new
                {
                    RehearsalId = table.Column<long>(type: "INTEGER", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Text = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RehearsalLines", x => new { x.RehearsalId, x.Number });
                    table.ForeignKey(
                        name: "FK_RehearsalLines_Rehearsals_RehearsalId",
                        column: x => x.RehearsalId,
                        principalTable: "Rehearsals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_CharacterCopies_CharacterId",
                table: "CharacterCopies",
                column: "CharacterId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_CharacterCopies_RehearsalId",
                table: "CharacterCopies",
                column: "RehearsalId");

            migrationBuilder.CreateIndex(
                name: "IX_CharacterCopies_State",
                table: "CharacterCopies",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Rehearsals_CharacterId",
                table: "Rehearsals",
                column: "CharacterId");

            migrationBuilder.CreateIndex(
                name: "IX_Rehearsals_State",
                table: "Rehearsals",
                column: "State");

            // Which rehearsal a change came from belongs to what was asked for, and stays as it is.
            migrationBuilder.Sql("""DROP TRIGGER "Changes_NoUpdate";""");
            migrationBuilder.Sql("""
                CREATE TRIGGER "Changes_NoUpdate" BEFORE UPDATE ON "Changes"
                WHEN OLD."State" NOT IN ('Asked', 'Sent', 'OutcomeUnknown', 'Drifted')
                  OR NEW."Id" IS NOT OLD."Id" OR NEW."At" IS NOT OLD."At" OR NEW."Kind" IS NOT OLD."Kind"
                  OR NEW."PersonId" IS NOT OLD."PersonId" OR NEW."PersonName" IS NOT OLD."PersonName"
                  OR NEW."CharacterId" IS NOT OLD."CharacterId" OR NEW."CharacterName" IS NOT OLD."CharacterName"
                  OR NEW."ModelBefore" IS NOT OLD."ModelBefore" OR NEW."TemperatureBefore" IS NOT OLD."TemperatureBefore"
                  OR NEW."ReasoningBefore" IS NOT OLD."ReasoningBefore"
                  OR (NEW."ModelAfter" IS NOT OLD."ModelAfter" AND (OLD."State" <> 'Asked' OR NEW."ModelAfter" IS NOT NULL))
                  OR (NEW."TemperatureAfter" IS NOT OLD."TemperatureAfter" AND (OLD."State" <> 'Asked' OR NEW."TemperatureAfter" IS NOT NULL))
                  OR (NEW."ReasoningAfter" IS NOT OLD."ReasoningAfter" AND (OLD."State" <> 'Asked' OR NEW."ReasoningAfter" IS NOT NULL))
                  OR NEW."Reason" IS NOT OLD."Reason" OR NEW."UndoesId" IS NOT OLD."UndoesId"
                  OR NEW."BatchId" IS NOT OLD."BatchId" OR NEW."PresetName" IS NOT OLD."PresetName" OR NEW."PartOfId" IS NOT OLD."PartOfId"
                  OR NEW."RehearsalId" IS NOT OLD."RehearsalId"
                BEGIN SELECT RAISE(ABORT, 'The journal cannot be edited.'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
