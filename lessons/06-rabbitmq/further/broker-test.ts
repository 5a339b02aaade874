import { type TestContext, test } from "node:test";
import { waysToGetOne } from "#broker/find-broker";
import { findServer, type PrivateNode, startPrivateNode } from "#broker/private-node";
import { atDesk, type Desk, testBroker } from "./test-desk.ts";

/** A test that needs a broker. Where there is none, it counts as not tested. */
export function brokerTest(
  name: string,
  run: (desk: Desk, t: TestContext) => Promise<void>,
): void {
  test(name, async (t) => {
    const found = testBroker();
    if (typeof found === "string") t.skip(found);
    else await atDesk(found.url, (desk) => run(desk, t));
  });
}

/** A test that stops, kills or freezes its broker, and so needs one of its own. */
export function privateNodeTest(
  name: string,
  run: (node: PrivateNode, t: TestContext) => Promise<void>,
  config = "",
): void {
  test(name, async (t) => {
    if (!findServer()) {
      const [install = ""] = waysToGetOne();
      t.skip(`no rabbitmq-server is installed to kill: ${install}`);
      return;
    }
    const node = await startPrivateNode({ config });
    try {
      await run(node, t);
    } finally {
      await node.stop();
    }
  });
}
