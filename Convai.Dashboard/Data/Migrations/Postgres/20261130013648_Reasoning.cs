using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Convai.Dashboard.Data.Migrations.Postgres
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
                type: "character varying(60)",
                maxLength: 60,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "Reasoning",
                table: "KnownCharacters",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ReasoningModelCode",
                table: "KnownCharacters",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<DateTime>(
                name: "ReasoningSetAt",
                table: "KnownCharacters",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningSetBy",
                table: "KnownCharacters",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "PartOfId",
                table: "Changes",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReasoningAfter",
                table: "Changes",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ReasoningBefore",
                table: "Changes",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ReasoningReported",
                table: "Changes",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ReasoningAfter",
                table: "BatchRows",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "ReasoningBefore",
                table: "BatchRows",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true,
                collation: "C");

            migrationBuilder.CreateTable(
                name: "ModelNotes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ModelCode = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Text = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: false, collation: "C"),
                    At = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    PersonId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    PersonName = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C")
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
