# The agent, for a cluster: linux/amd64, linux/arm64, and whatever else the images below exist for.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --tag registry.example.com/lockstep:0.1.0 --push .
#
# Whoever builds sets the images by their digests, as `lockstep pin` would: --build-arg NODE_IMAGE=node:20-bookworm-slim@sha256:…
# Both have to be of one release of Debian: what runs Node.js is copied from one to the other.
ARG NODE_IMAGE=node:20-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

# What is built is JavaScript, the same for all platforms: it is built once, on the one that builds.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /source
COPY package.json package-lock.json tsconfig.json ./
RUN npm ci --ignore-scripts
COPY deploy/agent-files.ts ./deploy/
COPY src ./src
RUN npm run build && node --import tsx deploy/agent-files.ts /lockstep

FROM ${NODE_IMAGE} AS node

FROM ${BASE_IMAGE}
# tini takes care of what is left over when git is given up: Node.js does not, as the first process of a container.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git libstdc++6 openssh-client tini \
  && rm -rf /var/lib/apt/lists/* \
  # ssh asks for the name of whoever runs it.
  && groupadd --gid 65532 lockstep \
  && useradd --uid 65532 --gid 65532 --home-dir /home/lockstep --no-create-home --shell /usr/sbin/nologin lockstep \
  && install --directory --owner=65532 --group=65532 /home/lockstep /cache
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=build /lockstep /lockstep
# With a read-only root file system, /cache (the history of branches, which can be fetched again) and /tmp are the folders to mount.
ENV NODE_ENV=production XDG_CACHE_HOME=/cache
USER 65532:65532
WORKDIR /home/lockstep
ENTRYPOINT ["tini", "--", "node", "/lockstep/build/main.js"]
CMD ["agent"]
