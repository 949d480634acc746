using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations
{
    /// <inheritdoc />
    public partial class Changes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Changes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    At = table.Column<DateTime>(type: "TEXT", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    PersonId = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    PersonName = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    CharacterId = table.Column<string>(type: "TEXT", nullable: false),
                    CharacterName = table.Column<string>(type: "TEXT", nullable: false),
                    ModelBefore = table.Column<string>(type: "TEXT", nullable: true),
                    ModelAfter = table.Column<string>(type: "TEXT", nullable: true),
                    TemperatureBefore = table.Column<decimal>(type: "TEXT", nullable: true),
                    TemperatureAfter = table.Column<decimal>(type: "TEXT", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    UndoesId = table.Column<long>(type: "INTEGER", nullable: true),
                    State = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    SentAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    SettledAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    SettledBy = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    ModelReported = table.Column<string>(type: "TEXT", nullable: true),
                    TemperatureReported = table.Column<decimal>(type: "TEXT", nullable: true),
                    Failure = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    Reference = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Changes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "KnownCharacters",
                columns: table => new
                {
                    CharacterId = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    ModelCode = table.Column<string>(type: "TEXT", nullable: true),
                    Temperature = table.Column<decimal>(type: "TEXT", nullable: true),
                    FirstSeenAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ReadAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_KnownCharacters", x => x.CharacterId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Changes_At",
                table: "Changes",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_Changes_CharacterId",
                table: "Changes",
                column: "CharacterId");

            migrationBuilder.CreateIndex(
                name: "IX_Changes_State",
                table: "Changes",
                column: "State");

            // The journal is added to and read. What was asked for stays as it is; what became of it is filled in once. A field that
            // turns out to need no writing is taken out before anything is sent.
            migrationBuilder.Sql("""
                CREATE TRIGGER "Changes_NoUpdate" BEFORE UPDATE ON "Changes"
                WHEN OLD."State" NOT IN ('Asked', 'Sent', 'OutcomeUnknown', 'Drifted')
                  OR NEW."Id" IS NOT OLD."Id" OR NEW."At" IS NOT OLD."At" OR NEW."Kind" IS NOT OLD."Kind"
                  OR NEW."PersonId" IS NOT OLD."PersonId" OR NEW."PersonName" IS NOT OLD."PersonName"
                  OR NEW."CharacterId" IS NOT OLD."CharacterId" OR NEW."CharacterName" IS NOT OLD."CharacterName"
                  OR NEW."ModelBefore" IS NOT OLD."ModelBefore" OR NEW."TemperatureBefore" IS NOT OLD."TemperatureBefore"
                  OR (NEW."ModelAfter" IS NOT OLD."ModelAfter" AND (OLD."State" <> 'Asked' OR NEW."ModelAfter" IS NOT NULL))
                  OR (NEW."TemperatureAfter" IS NOT OLD."TemperatureAfter" AND (OLD."State" <> 'Asked' OR NEW."TemperatureAfter" IS NOT NULL))
                  OR NEW."Reason" IS NOT OLD."Reason" OR NEW."UndoesId" IS NOT OLD."UndoesId"
                BEGIN SELECT RAISE(ABORT, 'The journal cannot be edited.'); END;
                """);
            // "Replace" deletes without asking the trigger for it.
            migrationBuilder.Sql("""
                CREATE TRIGGER "Changes_NoReplace" BEFORE INSERT ON "Changes"
                WHEN EXISTS (SELECT 1 FROM "Changes" WHERE "Id" = NEW."Id")
                BEGIN SELECT RAISE(ABORT, 'The journal cannot be edited.'); END;
                """);
            migrationBuilder.Sql("""
                CREATE TRIGGER "Changes_NoDelete" BEFORE DELETE ON "Changes"
                BEGIN SELECT RAISE(ABORT, 'The journal cannot be edited.'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
