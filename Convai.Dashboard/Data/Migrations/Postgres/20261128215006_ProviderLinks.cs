using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ProviderLinks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "LinksReviewedAt",
                table: "People",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "LocalSignInDisabledAt",
                table: "People",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "ProviderSignInAt",
                table: "People",
                type: "timestamp with time zone",
                nullable: true);

            // Identity wanted an email then, and one that cannot exist stood for none.
            migrationBuilder.Sql("""
                UPDATE "People" SET "Email" = NULL, "NormalizedEmail" = NULL, "UserName" = "Id" WHERE "Email" LIKE '%@no-email.invalid';
                """);

            // Letters beyond ASCII count as they are from now on. With the columns' collation, "upper" changes ASCII letters alone.
            migrationBuilder.Sql("""
                UPDATE "People" SET "NormalizedEmail" = upper("Email"), "NormalizedUserName" = upper("UserName");
                """);

            // An account that was made here was linked only by an email that counted as verified.
            migrationBuilder.Sql("""
                UPDATE "People" SET "EmailConfirmed" = TRUE
                WHERE EXISTS (SELECT 1 FROM "PersonLogins" WHERE "PersonLogins"."UserId" = "People"."Id")
                  AND EXISTS (
                    SELECT 1 FROM "SecurityEvents" WHERE "SecurityEvents"."PersonId" = "People"."Id" AND "SecurityEvents"."Kind" = 'AccountCreated'
                      AND ("SecurityEvents"."Detail" LIKE '%, by invitation' OR "SecurityEvents"."Detail" LIKE '%, by the set%'));
                """);

            // Everyone else with a role of the provider signs in there first.
            migrationBuilder.Sql("""
                UPDATE "People" SET "ProviderSignInAt" = "LastSignInAt"
                WHERE "RoleClaim" IS NOT NULL AND "LastSignInWay" NOT IN ('Password', 'Password and code', 'Password and recovery code', 'Passkey');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
