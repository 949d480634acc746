# Plain HTTP on port 8080, for a proxy in front that terminates TLS. The dashboard writes only to /data.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# amd64 or arm64, if the builder sets it.
ARG TARGETARCH
WORKDIR /source

# A separate restore, so that a change of the sources does not fetch the packages again.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Convai.Dashboard/Convai.Dashboard.csproj Convai.Dashboard/packages.lock.json Convai.Dashboard/
RUN dotnet restore Convai.Dashboard/Convai.Dashboard.csproj --arch ${TARGETARCH:-amd64} --locked-mode

COPY .editorconfig appsettings.json ./
COPY Convai.Dashboard/ Convai.Dashboard/
RUN dotnet publish Convai.Dashboard/Convai.Dashboard.csproj --arch ${TARGETARCH:-amd64} --no-restore --output /app -p:ContinuousIntegrationBuild=true && mkdir /data

# No shell, no package manager, not root; with ICU and time zones.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
ARG VERSION=unknown
LABEL org.opencontainers.image.title="Convai Dashboard" \
      org.opencontainers.image.description="A web dashboard to tune the model and the temperature of all characters of a Convai account" \
      org.opencontainers.image.version=$VERSION
WORKDIR /app
COPY --from=build /app ./
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Data__Directory=/data
EXPOSE 8080
VOLUME /data
USER $APP_UID
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["dotnet", "Convai.Dashboard.dll", "--health"]
ENTRYPOINT ["dotnet", "Convai.Dashboard.dll"]
