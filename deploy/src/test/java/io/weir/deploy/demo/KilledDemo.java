package io.weir.deploy.demo;

import io.weir.deploy.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Map;

/** A broker and a stream in a process that is going to be killed. */
final class KilledDemo {

  static final String TOPIC = "killed";
  static final String SENT = "sent";
  static final int PARTITIONS = 3;

  private KilledDemo() {}

  /** All runs send the same. */
  static RecordSource source() {
    return new SyntheticRecords(200_000, 64);
  }

  /** Arguments: the broker's folder, and how many new records to send before saying so. */
  @SuppressWarnings("SystemOut") // what the test waits for
  public static void main(String[] args) throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]));
    broker.createTopic(TOPIC, PARTITIONS, Map.of());
    TopicFeeder feeder = TopicFeeder.prepare(broker.bootstrapServers(), TOPIC, source());
    long sayAt = feeder.alreadyThere() + Long.parseLong(args[1]);
    feeder.feed(records -> {
      if (records == sayAt) {
        System.out.println(SENT);
      }
    });
  }
}
