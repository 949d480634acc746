using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Convai.Dashboard.Data.Migrations.Postgres
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
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "CharacterCopies",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RehearsalId = table.Column<long>(type: "bigint", nullable: false),
                    Column = table.Column<int>(type: "integer", nullable: false),
                    SourceId = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    SourceName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CharacterId = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    Account = table.Column<string>(type: "character varying(97)", maxLength: 97, nullable: false, collation: "C"),
                    State = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    RequestedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    RemovalTriedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    FailedRemovals = table.Column<int>(type: "integer", nullable: false),
                    Failure = table.Column<string>(type: "character varying(600)", maxLength: 600, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CharacterCopies", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Rehearsals",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    CharacterId = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    CharacterName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PersonId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    PersonName = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    Account = table.Column<string>(type: "character varying(97)", maxLength: 97, nullable: false, collation: "C"),
                    Repeats = table.Column<int>(type: "integer", nullable: false),
                    IncludesKnowledge = table.Column<bool>(type: "boolean", nullable: false),
                    HidesNames = table.Column<bool>(type: "boolean", nullable: false),
                    RevealedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    RevealedBy = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true, collation: "C"),
                    State = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    StoppedFor = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    EndedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    AnswersDeletedAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Rehearsals", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "RehearsalAnswers",
                columns: table => new
                {
                    RehearsalId = table.Column<long>(type: "bigint", nullable: false),
                    Column = table.Column<int>(type: "integer", nullable: false),
                    Repeat = table.Column<int>(type: "integer", nullable: false),
                    Line = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    Text = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Failure = table.Column<string>(type: "character varying(600)", maxLength: 600, nullable: true, collation: "C"),
                    Milliseconds = table.Column<int>(type: "integer", nullable: true),
                    SessionId = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C")
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
                    RehearsalId = table.Column<long>(type: "bigint", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    ModelCode = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Temperature = table.Column<decimal>(type: "numeric", nullable: true),
                    Reasoning = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true, collation: "C"),
                    State = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    Failure = table.Column<string>(type: "character varying(600)", maxLength: 600, nullable: true, collation: "C"),
                    UsedModel = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    UsedTemperature = table.Column<decimal>(type: "numeric", nullable: true)
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
                    RehearsalId = table.Column<long>(type: "bigint", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Text = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false, collation: "C")
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

            migrationBuilder.Sql("""
                DROP TRIGGER "Changes_NoUpdate" ON "Changes";
                CREATE TRIGGER "Changes_NoUpdate" BEFORE UPDATE ON "Changes" FOR EACH ROW
                WHEN (OLD."State" NOT IN ('Asked', 'Sent', 'OutcomeUnknown', 'Drifted')
                    OR NEW."Id" IS DISTINCT FROM OLD."Id" OR NEW."At" IS DISTINCT FROM OLD."At" OR NEW."Kind" IS DISTINCT FROM OLD."Kind"
                    OR NEW."PersonId" IS DISTINCT FROM OLD."PersonId" OR NEW."PersonName" IS DISTINCT FROM OLD."PersonName" OR NEW."CharacterId" IS DISTINCT FROM OLD."CharacterId"
                    OR NEW."CharacterName" IS DISTINCT FROM OLD."CharacterName" OR NEW."ModelBefore" IS DISTINCT FROM OLD."ModelBefore" OR NEW."TemperatureBefore" IS DISTINCT FROM OLD."TemperatureBefore"
                    OR NEW."ReasoningBefore" IS DISTINCT FROM OLD."ReasoningBefore"
                    OR NEW."Reason" IS DISTINCT FROM OLD."Reason" OR NEW."UndoesId" IS DISTINCT FROM OLD."UndoesId" OR NEW."BatchId" IS DISTINCT FROM OLD."BatchId"
                    OR NEW."PresetName" IS DISTINCT FROM OLD."PresetName" OR NEW."PartOfId" IS DISTINCT FROM OLD."PartOfId"
                    OR NEW."RehearsalId" IS DISTINCT FROM OLD."RehearsalId"
                    OR (NEW."ModelAfter" IS DISTINCT FROM OLD."ModelAfter" AND (OLD."State" <> 'Asked' OR NEW."ModelAfter" IS NOT NULL))
                    OR (NEW."TemperatureAfter" IS DISTINCT FROM OLD."TemperatureAfter" AND (OLD."State" <> 'Asked' OR NEW."TemperatureAfter" IS NOT NULL))
                    OR (NEW."ReasoningAfter" IS DISTINCT FROM OLD."ReasoningAfter" AND (OLD."State" <> 'Asked' OR NEW."ReasoningAfter" IS NOT NULL)))
                EXECUTE FUNCTION "Refuse"('The journal cannot be edited.');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
