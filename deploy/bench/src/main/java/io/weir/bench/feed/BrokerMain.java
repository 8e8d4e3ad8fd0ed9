package io.weir.bench.feed;

import io.weir.bench.os.Dialogue;
import io.weir.deploy.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The process of {@link BrokerProcess}. */
final class BrokerMain {
  private BrokerMain() {}

  /** Runs a broker in a folder until the input ends; a line is a topic to make. */
  public static void main(String[] arguments) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]))) {
      new Dialogue().run(broker.bootstrapServers(), words -> createTopic(broker, words));
    }
  }

  /** Name, number of partitions, settings as {@code name=value}. */
  private static String createTopic(EmbeddedBroker broker, String[] words) throws Exception {
    Map<String, String> config = new HashMap<>();
    for (int i = 2; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      config.put(words[i].substring(0, equals), words[i].substring(equals + 1));
    }
    return String.valueOf(broker.createTopic(words[0], Integer.parseInt(words[1]), config));
  }
}
