package io.weir.bench.feed;

import io.weir.deploy.config.ConfigReader;
import io.weir.deploy.config.InvalidConfigException;
import io.weir.deploy.config.WeirConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What {@code serve} is given: a broker, a folder, a topic, and nothing that has a default. */
public final class WeirSettings {
  /** The collection's name. */
  public static final String COLLECTION = "bench";

  private WeirSettings() {}

  /**
   * Writes a file of settings.
   *
   * @param directory an empty folder, which gets the file and the data
   */
  public static Path write(Path directory, String bootstrapServers, String topic, int dimension)
      throws IOException {
    Files.createDirectories(directory);
    return Files.writeString(
        directory.resolve("weir.yaml"),
        """
        kafka: { bootstrap-servers: "BROKER" }
        data: "DATA"
        http: { host: 127.0.0.1, port: 0 }
        collections:
          - { name: COLLECTION, topic: TOPIC, dimension: DIMENSION, format: float32 }
        """
            .replace("BROKER", bootstrapServers)
            .replace("DATA", directory.resolve("data").toString())
            .replace("COLLECTION", COLLECTION)
            .replace("TOPIC", topic)
            .replace("DIMENSION", String.valueOf(dimension)));
  }

  /** Reads it as {@code serve} does. */
  public static WeirConfig read(Path file) throws InvalidConfigException {
    return ConfigReader.read(Optional.of(file), Map.of());
  }
}
