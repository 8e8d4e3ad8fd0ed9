package io.weir.deploy;

import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.deploy.demo.DemoTarget;
import io.weir.ingest.RecordFormat;
import io.weir.storage.RecoveryReport;
import io.weir.storage.StoreOptions;
import io.weir.storage.StoreStats;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts for the demo what {@code serve} starts for everybody. */
final class DemoWeir implements DemoTarget {

  private static final String LOOPBACK = "127.0.0.1";

  @Override
  public Running start(Settings settings) throws IOException {
    CollectionConfig collection =
        new CollectionConfig(
                settings.collection(),
                settings.topic(),
                settings.schema(),
                format(settings.format()),
                Optional.empty())
            .withFields(settings.fields());
    WeirConfig config =
        new WeirConfig(
            new KafkaConfig(settings.bootstrapServers(), Map.of()),
            settings.dataFolder(),
            new HttpConfig(LOOPBACK, settings.httpPort()),
            StoreOptions.defaults().withCheckpointInterval(settings.checkpointInterval()),
            List.of(collection));
    return new Started(
        WeirServer.start(
            config, settings.nextFreePort() ? PortPolicy.NEXT_FREE : PortPolicy.FIXED));
  }

  private static RecordFormat format(Format format) {
    return switch (format) {
      case JSON -> RecordFormat.JSON;
      case FLOAT32 -> RecordFormat.FLOAT32;
    };
  }

  private record Started(WeirServer server) implements Running {

    @Override
    public URI httpAddress() {
      return URI.create("http://" + LOOPBACK + ":" + server.address().getPort());
    }

    @Override
    public RecoveryReport recovery() {
      return server.store().recovery();
    }

    @Override
    public StoreStats stats() {
      return server.store().stats();
    }

    @Override
    public StoreStats stop() throws IOException {
      StopReport stopped = server.stop();
      if (!stopped.durable()) {
        throw new IOException("the final checkpoint failed; the log says why");
      }
      return stopped.stats();
    }
  }
}
