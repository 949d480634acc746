using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations
{
    /// <inheritdoc />
    public partial class Reasoning : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Reasoning",
                table: "Presets",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Reasoning",
                table: "KnownCharacters",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningModelCode",
                table: "KnownCharacters",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "ReasoningSetAt",
                table: "KnownCharacters",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningSetBy",
                table: "KnownCharacters",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PartOfId",
                table: "Changes",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningAfter",
                table: "Changes",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningBefore",
                table: "Changes",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningReported",
                table: "Changes",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningAfter",
                table: "BatchRows",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningBefore",
                table: "BatchRows",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ModelNotes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ModelCode = table.Column<string>(type: "TEXT", nullable: false),
                    Text = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    PersonId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    PersonName = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelNotes", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Changes_PartOfId",
                table: "Changes",
                column: "PartOfId");

            migrationBuilder.CreateIndex(
                name: "IX_ModelNotes_ModelCode",
                table: "ModelNotes",
                column: "ModelCode");

            // What the new columns say belongs to what was asked for, and stays as it is.
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
                BEGIN SELECT RAISE(ABORT, 'The journal cannot be edited.'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
