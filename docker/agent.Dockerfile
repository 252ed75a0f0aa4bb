# What an agent's sandbox is made from when an OpenSandbox server runs it (OPENSANDBOX_IMAGE). OpenSandbox adds its own
# execd to it. Nothing of Pihordev and no secret is in here: an agent may read all of it.
# Build: docker build -f docker/agent.Dockerfile -t ghcr.io/beshkenadze/pihordev-agent:latest docker
FROM oven/bun:1.4.5-debian AS bun

FROM node:24-bookworm

# bash, coreutils, findutils and git are what the platform's own scripts use; the rest is for agents.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      bash build-essential ca-certificates cmake curl fd-find file git jq less make openssh-client patch pkg-config \
      procps python3 python3-dev python3-pip python3-venv ripgrep rsync sqlite3 unzip xz-utils zip \
 && ln -s /usr/bin/fdfind /usr/local/bin/fd \
 && rm -rf /var/lib/apt/lists/*

COPY --from=bun /usr/local/bin/bun /usr/local/bin/bun
RUN ln -s bun /usr/local/bin/bunx && corepack enable

# A pipe or a prompt must never wait for a person who is not there.
ENV CI=1 \
    DEBIAN_FRONTEND=noninteractive \
    GIT_EDITOR=true \
    GIT_TERMINAL_PROMPT=0 \
    PAGER=cat \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

RUN mkdir -p /workspace && chown node:node /workspace
WORKDIR /workspace
