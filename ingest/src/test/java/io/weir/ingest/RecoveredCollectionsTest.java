package io.weir.ingest;

import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.storage.CollectionView;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Filter;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk when Weir starts, while no broker answers. */
@Timeout(120)
class RecoveredCollectionsTest {
  private static final VectorSchema SCHEMA = new VectorSchema(2, Metric.DOT);
  private static final Field LANG = new Field("lang", FieldType.KEYWORD);
  private static final Field YEAR = new Field("year", FieldType.LONG);

  @TempDir Path folder;

  private void write(String... collections) throws Exception {
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      for (String name : collections) {
        AppendResult appended =
            store
                .declare(name, SCHEMA)
                .shard(0)
                .append(
                    new VectorRecord.Upsert(
                        0,
                        0,
                        MemorySegment.ofArray(utf8("a")),
                        MemorySegment.ofArray(new float[] {1, 2}),
                        MemorySegment.ofArray(utf8("{\"lang\":\"en\"}"))),
                    0);
        assertEquals(new AppendResult.Appended(), appended);
      }
      assertTrue(store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
    }
  }

  private static TopicPattern pattern(
      String regex, String collection, VectorSchema schema, Field field) {
    return new TopicPattern(
        regex,
        collection,
        schema,
        CollectionFeed.of("any", "any", RecordFormat.JSON).withFields(List.of(field)),
        Optional.empty());
  }

  /** Nobody listens there. */
  private static IngestSettings settings(TopicPattern... patterns) {
    return IngestSettings.of(
            Map.of("bootstrap.servers", "127.0.0.1:1"),
            List.of(CollectionFeed.of("named", "docs-of-another-name", RecordFormat.JSON)))
        .withPatterns(List.of(patterns));
  }

  private static List<Field> fields(VectorStore store, String collection) {
    return store.collection(collection).orElseThrow().fields().fields();
  }

  private static boolean isDeclared(VectorStore store, String collection) {
    return store.collection(collection).orElseThrow().isDeclared();
  }

  @Test
  void filtersOnThemWorkBeforeABrokerAnswers() throws Exception {
    write("docs-a");
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      store.declare("named", SCHEMA);
      try (IngestService ingest =
          IngestService.start(
              settings(pattern("docs-.*", "{topic}", SCHEMA, LANG)),
              store,
              new SimpleMeterRegistry())) {
        assertFalse(ingest.status().topicsKnown());
        VectorCollection docs = store.collection("docs-a").orElseThrow();
        try (CollectionView view = docs.view(Map.of())) {
          assertEquals(1, view.count(new Filter.In("lang", List.of(new FieldValue.Keyword("en")))));
        }
      }
    }
  }

  @Test
  void onlyWhatOnePatternCanFeedIsDeclared() throws Exception {
    write("docs-a", "docs-b", "named", "other");
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      IngestSettings settings =
          settings(
              pattern("docs-.*", "{topic}", SCHEMA, LANG),
              // Of another dimension, so none of these.
              pattern("img-(.*)", "{1}", new VectorSchema(3, Metric.DOT), YEAR),
              pattern("(b|c)", "docs-{1}", SCHEMA, YEAR),
              pattern("named", "{topic}", SCHEMA, YEAR));

      RecoveredCollections.declare(settings, store);

      assertFalse(isDeclared(store, "docs-a"), "a topic a, b or c may feed it, too");
      assertFalse(isDeclared(store, "docs-b"));
      assertFalse(isDeclared(store, "named"), "whoever has named it declares it");
      assertFalse(isDeclared(store, "other"), "no pattern feeds it");
    }
  }

  @Test
  void patternsWithTheSameFieldsAgree() throws Exception {
    write("docs-a");
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      RecoveredCollections.declare(
          settings(
              pattern("docs-.*", "{topic}", SCHEMA, LANG),
              pattern("img-(.*)", "{1}", SCHEMA, LANG),
              pattern("(.*)", "{1}", new VectorSchema(3, Metric.DOT), YEAR)),
          store);

      assertEquals(List.of(LANG), fields(store, "docs-a"));
    }
  }
}
