package io.weir.deploy.demo;

import io.weir.storage.field.Field;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a demo streams into which collection.
 *
 * @param name name of the collection and of its topic
 * @param schema dimension and metric
 * @param format how the values are written
 * @param fields of payloads, that searches can filter by
 * @param records loads the records; may take a second
 * @param exampleKey a key to show commands with
 * @param exampleFilter a filter to show a search with
 */
record DemoStream(
    String name,
    VectorSchema schema,
    DemoTarget.Format format,
    List<Field> fields,
    Loader records,
    String exampleKey,
    Optional<String> exampleFilter) {

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
        JdkRecords.FIELDS,
        JdkRecords::load,
        "java.util.Map#computeIfAbsent(K,Function)",
        Optional.of("{\"must\": [{\"field\": \"package\", \"match\": \"java.util.concurrent\"}]}"));
  }

  /** Random vectors; each dimension has a collection of its own. */
  static DemoStream ofSynthetic(long count, int dimension) {
    return new DemoStream(
        "synthetic-" + dimension,
        new VectorSchema(dimension, Metric.COSINE),
        DemoTarget.Format.FLOAT32,
        List.of(),
        () -> new SyntheticRecords(count, dimension),
        SyntheticRecords.keyText(0),
        Optional.empty());
  }
}
