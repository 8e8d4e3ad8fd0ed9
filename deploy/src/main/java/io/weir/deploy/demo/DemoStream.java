package io.weir.deploy.demo;

import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;

/**
 * What a demo streams into which collection.
 *
 * @param name name of the collection and of its topic
 * @param schema dimension and metric
 * @param format how the values are written
 * @param records loads the records; may take a second
 * @param exampleKey a key to show commands with
 */
record DemoStream(
    String name, VectorSchema schema, DemoTarget.Format format, Loader records, String exampleKey) {

  /** Name of the collection of the JDK's methods. */
  static final String JDK = "jdk";

  /** Loads records. */
  @FunctionalInterface
  interface Loader {
    RecordSource load() throws IOException;
  }

  /** The methods of the running JDK. */
  static DemoStream ofJdk() {
    return new DemoStream(
        JDK,
        new VectorSchema(HashingEmbedder.DIMENSION, Metric.COSINE),
        DemoTarget.Format.JSON,
        JdkRecords::load,
        "java.util.Map#computeIfAbsent(K,Function)");
  }

  /** Random vectors; each dimension has a collection of its own. */
  static DemoStream ofSynthetic(long count, int dimension) {
    return new DemoStream(
        "synthetic-" + dimension,
        new VectorSchema(dimension, Metric.COSINE),
        DemoTarget.Format.FLOAT32,
        () -> new SyntheticRecords(count, dimension),
        SyntheticRecords.keyText(0));
  }
}
