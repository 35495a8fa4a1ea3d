# One image for all processes; docker-compose.yml says which one a container runs.
FROM node:20-bookworm-slim AS build
WORKDIR /bellwether
COPY package.json package-lock.json .npmrc ./
RUN npm ci --loglevel=error
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
WORKDIR /bellwether
COPY --from=build /bellwether/package.json ./
COPY --from=build /bellwether/node_modules node_modules
COPY --from=build /bellwether/dist dist
COPY --from=build /bellwether/config config
RUN mkdir /data && chown node:node /data
USER node
ENV BELLWETHER_DATA=/data BELLWETHER_CONFIG=/bellwether/config NODE_ENV=production
EXPOSE 8080 8123
CMD ["node", "dist/apps/api/src/main.js"]
