using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations
{
    /// <inheritdoc />
    public partial class PresetAssignments : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "Version",
                table: "Presets",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<long>(
                name: "PresetId",
                table: "Changes",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "PresetVersion",
                table: "Changes",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PresetId",
                table: "Batches",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "PresetVersion",
                table: "Batches",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "PresetAssignments",
                columns: table => new
                {
                    CharacterId = table.Column<string>(type: "TEXT", nullable: false),
                    PresetId = table.Column<long>(type: "INTEGER", nullable: false),
                    PresetVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    ChangeId = table.Column<long>(type: "INTEGER", nullable: true),
                    PreviousPresetId = table.Column<long>(type: "INTEGER", nullable: true),
                    PreviousPresetVersion = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PresetAssignments", x => x.CharacterId);
                });

            migrationBuilder.CreateTable(
                name: "PresetVersions",
                columns: table => new
                {
                    PresetId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    ModelCode = table.Column<string>(type: "TEXT", nullable: true),
                    Temperature = table.Column<decimal>(type: "TEXT", nullable: true),
                    Reasoning = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PresetVersions", x => new { x.PresetId, x.Version });
                    table.ForeignKey(
                        name: "FK_PresetVersions_Presets_PresetId",
                        column: x => x.PresetId,
                        principalTable: "Presets",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_PresetAssignments_PresetId",
                table: "PresetAssignments",
                column: "PresetId");

            // What is there now is version 1.
            migrationBuilder.Sql("""
                INSERT INTO "PresetVersions" ("PresetId", "Version", "ModelCode", "Temperature", "Reasoning")
                SELECT "Id", 1, "ModelCode", "Temperature", "Reasoning" FROM "Presets";
                """);
            migrationBuilder.Sql("""
                UPDATE "Batches" SET "PresetId" = (SELECT preset."Id" FROM "Presets" AS preset WHERE preset."Name" = "Batches"."PresetName"), "PresetVersion" = 1
                WHERE EXISTS (SELECT 1 FROM "Presets" AS preset WHERE preset."Name" = "Batches"."PresetName");
                """);

            // The journal knew a preset by its exact name: each character gets the one last applied to it and not undone. If no one has changed the
            // character since and it differs all the same, the preset was edited since: version 0.
            migrationBuilder.Sql("""
                INSERT INTO "PresetAssignments" ("CharacterId", "PresetId", "PresetVersion", "ChangeId")
                SELECT applied."CharacterId", preset."Id",
                    CASE WHEN (preset."ModelCode" <> known."ModelCode" OR preset."Temperature" <> known."Temperature" OR preset."Reasoning" <> known."Reasoning")
                        AND NOT EXISTS (
                            SELECT 1 FROM "Changes" AS later
                            WHERE later."CharacterId" = applied."CharacterId" AND later."Id" > applied."Id" AND later."Kind" <> 'SideEffect'
                                AND later."State" IN ('Confirmed', 'SentNotConfirmed', 'NotConfirmed', 'Drifted', 'Accepted', 'Restored', 'Replaced'))
                        THEN 0 ELSE 1 END,
                    applied."Id"
                FROM "Changes" AS applied
                JOIN "Presets" AS preset ON preset."Name" = applied."PresetName"
                LEFT JOIN "KnownCharacters" AS known ON known."CharacterId" = applied."CharacterId"
                WHERE applied."Id" IN (
                    SELECT MAX("Id") FROM "Changes"
                    WHERE "Kind" = 'Preset' AND "PresetName" IS NOT NULL AND "PartOfId" IS NULL AND "State" IN ('Confirmed', 'SentNotConfirmed', 'AlreadySo')
                        AND "Id" NOT IN (SELECT "UndoesId" FROM "Changes" WHERE "UndoesId" IS NOT NULL AND "Kind" = 'Undo' AND "State" IN ('Confirmed', 'SentNotConfirmed', 'AlreadySo'))
                    GROUP BY "CharacterId");
                """);

            // Which preset a change applies belongs to what was asked for, and stays as it is.
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
                  OR NEW."RehearsalId" IS NOT OLD."RehearsalId" OR NEW."PresetId" IS NOT OLD."PresetId" OR NEW."PresetVersion" IS NOT OLD."PresetVersion"
                BEGIN SELECT RAISE(ABORT, 'The journal cannot be edited.'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
