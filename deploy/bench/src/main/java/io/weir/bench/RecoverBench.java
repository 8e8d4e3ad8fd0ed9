package io.weir.bench;

import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** From opening a folder to the first answered get, for 100,000 and for 1,000,000 rows. */
final class RecoverBench implements Bench {
  private static final int REPETITIONS = 9;

  @Override
  public String name() {
    return "recover";
  }

  @Override
  public String description() {
    return "open to first answered get, warm JVM, 768 dimensions, 100,000 and 1,000,000 rows";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    Figures figures = new Figures();
    measure(setting, "open_ms_1e5", setting.scaled(100_000), figures);
    measure(setting, "open_ms_1e6", setting.scaled(1_000_000), figures);
    return figures;
  }

  private static void measure(Setting setting, String figure, int rows, Figures figures)
      throws Exception {
    Path directory = setting.directory().resolve(figure);
    setting.progress().accept("writing " + rows + " rows");
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      new Rows(4)
          .append(
              store.declare("bench", new VectorSchema(Rows.DIMENSION, Metric.COSINE)).shard(0),
              0,
              rows);
      store.checkpoint().get(10, TimeUnit.MINUTES);
    }
    List<Double> millis = new ArrayList<>();
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      long started = System.nanoTime();
      try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
        String key = Rows.key(rows / 2 + repetition);
        StoredRow row = store.collection("bench").orElseThrow().get(key).orElseThrow();
        double took = (System.nanoTime() - started) / 1e6;
        figures.addCase(Map.of("figure", figure, "ms", took, "offset", row.offset()));
        if (repetition > 1) {
          millis.add(took);
        }
      }
    }
    figures.with(figure, Figures.median(millis));
  }
}
