// Says to the process that started it where keys go here, among three partitions.
import { partitionOf } from "#lesson/08-kafka-on-files/topic.ts";

process.send?.(process.argv.slice(2).map((key) => [key, partitionOf(key, 3)]));
process.disconnect();
