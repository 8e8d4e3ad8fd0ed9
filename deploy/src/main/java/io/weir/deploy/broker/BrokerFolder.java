package io.weir.deploy.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Where the broker keeps what it must not forget: {@code <folder>/log} holds topics and metadata,
 * {@code <folder>/broker.log} its own messages, and {@code <folder>/lock} is held while it runs.
 *
 * <p>A folder is formatted once and then keeps its cluster id. {@code meta.properties} is what
 * formatting writes last: a crash before it leaves a folder that is formatted again.
 */
record BrokerFolder(Path folder) {

  static final int NODE_ID = 1;

  Path logDirectory() {
    return folder.resolve("log");
  }

  Path messages() {
    return folder.resolve("broker.log");
  }

  Path lock() {
    return folder.resolve("lock");
  }

  void makeDirectories() throws IOException {
    Files.createDirectories(logDirectory());
  }

  /** Gives the folder its cluster id, if it has none. */
  void format() throws IOException {
    if (isFormatted()) {
      return;
    }
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(nowhere)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(LoopbackListeners.CONTROLLER)
          .setMetadataLogDirectory(logDirectory().toString())
          .addDirectory(logDirectory().toString())
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new BrokerStartException(
          "the broker's folder " + folder + " cannot be formatted: " + e.getMessage(), e);
    }
  }

  private boolean isFormatted() throws IOException {
    return new MetaPropertiesEnsemble.Loader()
        .addMetadataLogDir(logDirectory().toString())
        .addLogDirs(List.of(logDirectory().toString()))
        .load()
        .clusterId()
        .isPresent();
  }
}
