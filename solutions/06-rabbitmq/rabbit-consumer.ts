// The answer stands in the shared bus, where the bus over RabbitMQ finds it too.
export * from "#bus/rabbit-consumer";
