using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Convai.Dashboard.Data.Migrations
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
                type: "TEXT",
                maxLength: 400,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SharedBy",
                table: "SavedViews",
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsChartsOpen",
                table: "HiddenColumns",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The database only goes forward; going back is restoring a backup.");
    }
}
