using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class CastLayouts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "HiddenColumns",
                table: "SavedViews",
                type: "character varying(400)",
                maxLength: 400,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "SharedBy",
                table: "SavedViews",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<bool>(
                name: "IsChartsOpen",
                table: "HiddenColumns",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
