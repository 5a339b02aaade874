import { type Channel, Refusal } from "./kept.ts";
import type { Queues } from "./queues.ts";
import type { Fields } from "./wire.ts";

/** What the broker answers on a channel; undefined where it says nothing. */
export function answerTo(
  method: string,
  fields: Fields,
  channel: Channel,
  broker: Queues,
): [method: string, channel: number, fields: Fields] | undefined {
  const { number, line } = channel;
  const ok = (answer: Fields = {}): [string, number, Fields] => [
    `${method}Ok`,
    number,
    answer,
  ];
  const settle = (how: "done" | "back" | "dead") => {
    const tag = Number(fields.deliveryTag);
    const tags = fields.multiple
      ? [...channel.inHand.keys()].filter((one) => tag === 0 || one <= tag)
      : [tag];
    if (!fields.multiple && !channel.inHand.has(tag))
      throw new Refusal(406, `PRECONDITION_FAILED - unknown delivery tag ${tag}`);
    for (const one of tags) broker.settle(channel, one, how);
  };
  switch (method) {
    case "ChannelClose":
      broker.closeChannel(channel);
      return ok();
    case "ConfirmSelect":
      channel.confirms = true;
      return ok();
    case "ExchangeDeclare":
      broker.declareExchange(String(fields.exchange), fields);
      return ok();
    case "ExchangeDelete":
      broker.deleteExchange(String(fields.exchange));
      return ok();
    case "QueueDeclare": {
      const { name, messages, consumers } = broker.declareQueue(fields, line);
      return ok({
        queue: name,
        messageCount: messages.length,
        consumerCount: consumers.length,
      });
    }
    case "QueueBind":
      broker.bind(
        String(fields.exchange),
        String(fields.queue),
        String(fields.routingKey),
      );
      return ok();
    case "QueueDelete":
      return ok({ messageCount: broker.deleteQueue(String(fields.queue)) });
    case "BasicQos":
      channel.prefetch = Number(fields.prefetchCount);
      return ok();
    case "BasicConsume": {
      const queue = broker.queues.get(String(fields.queue));
      if (!queue) throw new Refusal(404, `NOT_FOUND - no queue '${fields.queue}'`);
      const { consumers } = queue;
      const exclusive = fields.exclusive === true;
      if (consumers.some((one) => exclusive || one.exclusive))
        throw new Refusal(403, `ACCESS_REFUSED - queue '${queue.name}' in exclusive use`);
      const tag = String(fields.consumerTag) || `tag-${broker.newNumber()}`;
      const { prefetch } = channel;
      const noAck = fields.noAck === true;
      consumers.push({ tag, channel, queue, noAck, exclusive, prefetch, inHand: 0 });
      return ok({ consumerTag: tag });
    }
    case "BasicCancel":
      for (const queue of broker.queues.values())
        queue.consumers = queue.consumers.filter(
          (one) => one.channel !== channel || one.tag !== fields.consumerTag,
        );
      return ok({ consumerTag: fields.consumerTag });
    case "BasicAck":
      settle("done");
      return undefined;
    case "BasicNack":
    case "BasicReject":
      settle(fields.requeue ? "back" : "dead");
      return undefined;
    case "BasicPublish":
      channel.coming = { fields, properties: {}, size: 0, parts: [] };
      return undefined;
    default:
      return undefined;
  }
}
