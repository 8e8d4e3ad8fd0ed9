package io.weir.api.testing;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.ApiServer;
import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A server in a process of its own, with default settings, over rows whose payloads make large
 * answers: the keys are {@code 0}, {@code 1}, ...; it ends with its standard input.
 */
public final class AttackedServer {

  /** How many rows there are. */
  public static final int ROWS = 20_000;

  private static final int PAYLOAD_CHARS = 4_000;

  private AttackedServer() {}

  /**
   * Serves the folder that is named first, and writes its port to the file that is named second.
   */
  public static void main(String[] args) throws Exception {
    try (VectorStore store = VectorStore.open(Path.of(args[0]), StoreOptions.defaults())) {
      var _ = store.declare("docs", new VectorSchema(3, Metric.COSINE));
      fill(store);
      try (ApiServer server =
          ApiServer.start(
              ApiSettings.defaults().withAddress("127.0.0.1", 0),
              store,
              FeedStatus.none(),
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
        Path port = Path.of(args[1]);
        Path written = Files.writeString(Path.of(args[1] + ".new"), String.valueOf(server.port()));
        Files.move(written, port);
        // Whoever started this holds the other end.
        System.in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private static void fill(VectorStore store) throws IOException {
    var shard = store.collection("docs").orElseThrow().shard(0);
    char[] text = new char[PAYLOAD_CHARS];
    Arrays.fill(text, 'x');
    byte[] payload = ("{\"text\":\"" + new String(text) + "\"}").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < ROWS; i++) {
      AppendResult result =
          shard.append(
              new VectorRecord.Upsert(
                  i,
                  i,
                  MemorySegment.ofArray(Integer.toString(i).getBytes(StandardCharsets.UTF_8)),
                  MemorySegment.ofArray(ApiFixture.float32(1, i, 1)),
                  MemorySegment.ofArray(payload)),
              SourcePosition.UNKNOWN_EPOCH);
      if (!result.equals(new AppendResult.Appended())) {
        throw new IllegalStateException("row " + i + ": " + result);
      }
    }
  }
}
