package io.weir.storage;

import io.weir.storage.check.Depth;
import io.weir.storage.check.NoStoreException;
import io.weir.storage.check.Progress;
import io.weir.storage.check.ReadThrottle;
import io.weir.storage.check.StoreVerifier;
import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import io.weir.storage.testing.TextFields;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A store with a bit of everything: a merged segment that keeps dead rows for reads of the past, a
 * tail of several chunks behind it, dead marks, notes of its feed; and what its files were at each
 * commit.
 */
final class SmallStore {
  static final Path ROOT = Path.of("/store");
  private static final VectorSchema SCHEMA = new VectorSchema(3, Metric.COSINE);
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "f");
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withCompaction(CompactionOptions.defaults().withAutomatic(false).withBytesPerSecond(0))
          .withHistory(new HistoryLimits(1_000, Duration.ZERO));
  private static final Instant NOTED = Instant.ofEpochSecond(1_790_000_000);
  private static final Gap GAP = new Gap(10, 70, NOTED, "retention, accepted by an operator");

  /** What has been noted of its feed. */
  static final FeedNotes NOTES = new FeedNotes(Optional.of(NOTED), OptionalInt.of(5), List.of(GAP));

  private final DeclaredFields fields;
  private final MemoryFiles files = new MemoryFiles();
  private final ModelStore model = new ModelStore();
  private final List<ModelStore> past = new ArrayList<>(List.of(new ModelStore()));
  private final List<Map<Path, byte[]>> commits = new ArrayList<>();
  private final Random random = new Random(4);
  private long offset;

  /** Makes one, always with the same rows. */
  SmallStore() throws Exception {
    this(DeclaredFields.NONE);
  }

  /** Makes one whose chunks have columns of fields: those of {@link TextFields}, or none. */
  SmallStore(DeclaredFields fields) throws Exception {
    this.fields = fields;
    try (VectorStore store = open(files)) {
      Shard shard = store.declare("docs", SCHEMA, fields).shard(0);
      put(shard, "a", "b", "c");
      commit(store);
      shard.topicPartitions(NOTES.topicPartitions().orElseThrow());
      shard.caughtUp(NOTES.caughtUpAt().orElseThrow());
      put(shard, "b", "d");
      commit(store);
      store.compact().get(60, TimeUnit.SECONDS);
      commits.add(files.contents());
      put(shard, "a", "e", "c");
      commit(store);
      remove(shard, "d");
      put(shard, "f");
      shard.acceptGap(GAP);
      commit(store);
    }
  }

  private static VectorStore open(MemoryFiles files) throws IOException {
    return ThreadlessStore.open(ROOT, OPTIONS, files);
  }

  private void put(Shard shard, String... keys) {
    for (String key : keys) {
      float[] vector = Records.vector(random, SCHEMA.dimension());
      shard.append(Records.upsert(offset, key, vector, "payload " + key), 0);
      model.put(key, offset++, vector, "payload " + key);
      past.add(model.copy());
    }
  }

  private void remove(Shard shard, String key) {
    shard.append(Records.delete(offset++, key), 0);
    model.remove(key);
    past.add(model.copy());
  }

  private void commit(VectorStore store) throws Exception {
    store.checkpoint().get(60, TimeUnit.SECONDS);
    commits.add(files.contents());
  }

  /** Its files, which nobody changes. */
  MemoryFiles files() {
    return files;
  }

  /** The bytes of its files. */
  Map<Path, byte[]> contents() {
    return commits.getLast();
  }

  /** The bytes of its files after each commit, oldest first. */
  List<Map<Path, byte[]>> commits() {
    return commits;
  }

  /** Whether a file counts: the manifest before the newest is kept, but not read. */
  boolean isRead(Path file) {
    List<Path> manifests =
        contents().keySet().stream().filter(path -> path.toString().contains("manifest-")).toList();
    return !manifests.contains(file) || manifests.getLast().equals(file);
  }

  /** Returns whether a damage is noticed; if not, all answers are right. */
  boolean isNoticed(MemoryFiles damaged, String detail) throws IOException {
    boolean whole = isWhole(damaged);
    try (VectorStore store = open(damaged)) {
      assertAnswers(store, detail);
      return false;
    } catch (CorruptFileException | IncompatibleFormatException noticed) {
      if (whole) {
        throw new AssertionError("verify finds nothing, but " + noticed, noticed);
      }
      if (!noticed.toString().contains(ROOT.toString())) {
        throw new AssertionError("does not say where: " + noticed, noticed);
      }
      return true;
    }
  }

  /** What {@code verify} says; it may see more than an open and some answers do, never less. */
  private static boolean isWhole(MemoryFiles files) throws IOException {
    try {
      return new StoreVerifier(files, ROOT, Depth.ROWS, ReadThrottle.UNLIMITED, Progress.NONE)
          .verify()
          .whole();
    } catch (NoStoreException e) {
      return false;
    }
  }

  private void assertAnswers(VectorStore store, String detail) throws IOException {
    VectorCollection docs = store.declare("docs", SCHEMA, fields);
    StoreAssertions.assertRows(model, docs, KEYS, () -> detail);
    StoreAssertions.assertSearch(model, docs, new float[] {1, 1, 1}, 10, () -> detail);
    Map<Integer, Long> asOf = Map.of(0, 5L);
    StoreAssertions.assertRows(past.get(5), docs, KEYS, asOf, () -> detail + ", as of 5");
    if (!fields.fields().isEmpty()) {
      Filter some = new Filter.Any(List.of(TextFields.is("payload a"), TextFields.has('f')));
      KnnQuery query = KnnQuery.nearest(new float[] {1, 1, 1}, 10);
      StoreAssertions.assertHits(
          model.only(row -> row.payload().endsWith("a") || row.payload().endsWith("f")),
          docs,
          query.filter(some),
          () -> detail);
      StoreAssertions.assertHits(model, docs, query.filter(TextFields.isLongAs(9)), () -> detail);
    }
  }
}
