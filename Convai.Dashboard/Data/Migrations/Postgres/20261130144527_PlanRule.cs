using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PlanRule : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Rule",
                table: "Batches",
                type: "text",
                nullable: true,
                collation: "C");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
