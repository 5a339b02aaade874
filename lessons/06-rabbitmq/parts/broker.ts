/** A RabbitMQ while this runs, where installed. */
import { localUrl, waysToGetOne } from "#broker/find-broker";
import { findServer, startPrivateNode } from "#broker/private-node";
import { answers } from "#broker/probe";
import { onShutdown, say } from "../part.ts";

if (await answers(localUrl)) {
  say("A RabbitMQ is running at 127.0.0.1:5672 already: nothing to do.");
} else if (findServer()) {
  say("starting RabbitMQ, which takes about ten seconds …");
  const node = await startPrivateNode({ port: 5672 });
  say("RabbitMQ answers at 127.0.0.1:5672. Ctrl-C ends it and forgets all its queues.");
  const keepAlive = setInterval(() => {}, 60_000);
  onShutdown(async () => {
    clearInterval(keepAlive);
    await node.stop();
  });
} else {
  console.error(`No rabbitmq-server is installed. ${waysToGetOne().join("; or ")}.`);
  process.exit(1);
}
