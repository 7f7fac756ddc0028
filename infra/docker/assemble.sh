#!/usr/bin/env bash
# Puts into dist/image what the container image holds besides node_modules: the apps as they were built, the workspace's packages, and the
# part of the lock file that they need. From the root, after `npm ci` and `npm run build`; `npm ci --omit=dev --omit=optional` there ends it.
set -euo pipefail
cd "$(dirname "$0")/../.."
export NX_DAEMON=false

rm -rf dist/image
mkdir -p dist/image/infra/docker dist/image/infra/kafka
# The command line needs every package that a service needs: one pruned lock file serves them all.
npx nx run @rapport/rapport:prune-lockfile
npx nx run @rapport/rapport:copy-workspace-modules
node infra/docker/production.mjs . dist/image

for app in engagements communication projection rapport; do
  mkdir -p "dist/image/apps/$app"
  cp -r "apps/$app/package.json" "apps/$app/dist" "dist/image/apps/$app/"
done
mkdir dist/image/apps/rapport/bin
cp apps/rapport/bin/rapport.mjs dist/image/apps/rapport/bin/
cp -r apps/rapport/samples dist/image/apps/rapport/
cp infra/kafka/topics.yaml dist/image/infra/kafka/
cp infra/docker/entry.mjs infra/docker/health.mjs dist/image/infra/docker/
