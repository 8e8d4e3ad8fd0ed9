package io.weir.api.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;

/**
 * Rows a to f of the collection docs, for filters of any grammar: fields of every type, with one
 * value, several or none; a to c in files, the others in memory and in another partition.
 */
public final class FieldRows {

  private FieldRows() {}

  /** Puts them: with offsets from 0 on in each partition, and timestamps from 1,000 on. */
  public static void put(ApiFixture api) throws Exception {
    api.store.declare(
        "docs",
        new VectorSchema(3, Metric.COSINE),
        TreeFieldReader.declared(
            new Field("lang", FieldType.KEYWORD),
            new Field("year", FieldType.LONG),
            new Field("score", FieldType.DOUBLE),
            new Field("ok", FieldType.BOOLEAN),
            new Field("at", FieldType.TIMESTAMP),
            new Field("tags", FieldType.KEYWORD)));
    api.put("a", "{\"lang\":\"en\",\"year\":2020,\"tags\":[\"Kafka\",\"log\"]}", 1, 0, 0);
    api.put("b", "{\"lang\":\"de\",\"year\":2021,\"score\":0.5,\"ok\":true}", 1, 1, 0);
    api.put("c", "{\"lang\":\"fr\",\"year\":-7,\"score\":-1e300,\"ok\":false}", 1, 2, 0);
    assertTrue(api.store.checkpoint().get().succeeded());
    api.put("docs", 2, "d", "{\"year\":[1999,2024],\"at\":1767225600000}", 1, 3, 0);
    api.put("docs", 2, "e", "{\"lang\":\"en\",\"at\":0,\"tags\":\"größe\",\"ok\":true}", 1, 4, 0);
    api.put("docs", 2, "f", "", 1, 5, 0);
  }
}
