package io.weir.ingest.flow;

import io.micrometer.core.instrument.Counter;
import io.weir.ingest.decode.FieldMisfit;
import io.weir.ingest.decode.JsonFieldReader;
import io.weir.storage.field.DeclaredFields;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what stood in the payloads of rows under the names of declared fields and was no value of
 * them: once a row, when it is taken in, though the store may read a payload again at any time.
 *
 * <p>That works because a shard reads the fields of a row while it is appended, on the thread that
 * appends it.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class MisfitCount implements JsonFieldReader.MisfitSink {
  private final String collection;
  private final DeclaredFields fields;
  private final IngestMetrics metrics;
  private final @Nullable JsonFieldReader reader;
  private final List<Map<FieldMisfit, Counter>> counters;

  MisfitCount(String collection, DeclaredFields fields, IngestMetrics metrics) {
    this.collection = collection;
    this.fields = fields;
    this.metrics = metrics;
    this.reader = fields.reader() instanceof JsonFieldReader ours ? ours : null;
    this.counters =
        fields.fields().stream()
            .<Map<FieldMisfit, Counter>>map(_ -> new EnumMap<>(FieldMisfit.class))
            .toList();
  }

  /** A row has been taken in, by this thread. */
  void taken() {
    if (reader != null) {
      reader.takeMisfits(this);
    }
  }

  @Override
  public void misfits(int field, FieldMisfit why, int count) {
    counters
        .get(field)
        .computeIfAbsent(
            why,
            reason -> metrics.misfits(collection, fields.fields().get(field).name(), reason.id()))
        .increment(count);
  }
}
