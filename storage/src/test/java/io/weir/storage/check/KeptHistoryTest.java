package io.weir.storage.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chunks that keep replaced rows: a key has several, and all but one say when they died. */
@Timeout(120)
class KeptHistoryTest {
  private static final int CHUNK = 128;

  @TempDir Path directory;

  private StoreImage image;
  private Path segment;

  /** Rows of the one chunk: a (dies at 2), b, a (dies at 3), a. */
  @BeforeEach
  void makeAChunkWithKills() throws Exception {
    StoreOptions options =
        StoreOptions.defaults().withHistory(new HistoryLimits(1_000, Duration.ZERO));
    try (VectorStore store = VectorStore.open(directory, options)) {
      Shard shard = store.declare("docs", new VectorSchema(2, Metric.DOT)).shard(0);
      long offset = 0;
      for (String key : List.of("a", "b", "a", "a")) {
        shard.append(Records.upsert(offset++, key, new float[] {1, 2}, ""), 0);
      }
      store.checkpoint().get(60, TimeUnit.SECONDS);
    }
    image = new StoreImage(directory);
    segment = image.path(".segment");
  }

  private void assertForged(Consumer<ByteBuffer> change, String... parts) throws IOException {
    StoreImage forged = image.copy();
    forged.forge(segment, change);
    VerifyReport report = forged.verify(directory);
    assertTrue(
        report.findings().stream()
            .map(Finding::text)
            .anyMatch(text -> List.of(parts).stream().allMatch(text::contains)),
        () -> List.of(parts) + " is not in " + report.findings());
  }

  /** Where the kill of the first row lies: the last column, one byte each, before eight zeros. */
  private int kills() {
    ByteBuffer bytes = image.bytes(segment);
    assertEquals(1, bytes.get(CHUNK + 84), "width of the kills");
    return CHUNK + (int) bytes.getLong(CHUNK + 96) - 8 - 4;
  }

  @Test
  void aChunkWithKillsIsWhole() throws Exception {
    VerifyReport report = image.verify(directory);

    assertTrue(report.whole(), () -> report.findings().toString());
    assertEquals(4, report.rows());
    assertEquals(OptionalLong.of(2), report.liveRows());
  }

  @Test
  void aKillThatIsTooLateOrTooEarlyIsNamed() throws Exception {
    int first = kills();
    assertEquals(2, image.bytes(segment).get(first));

    assertForged(
        bytes -> bytes.put(first, (byte) 3),
        "chunk 1, row 0: expected dead from offset 2 on, that of row 2",
        "found killed by offset 3");
    assertForged(
        bytes -> bytes.put(first + 2, (byte) 2),
        "kill of row 2: expected an offset above the row's, 2, and below the next one, 4, found 2");
    assertForged(
        bytes -> bytes.put(first + 2, (byte) 0).putInt(CHUNK + 128, 1), "row 2", "found alive");
    assertForged(bytes -> bytes.put(first + 2, (byte) 0), "dead rows: expected 2, found 1");
    assertForged(bytes -> bytes.put(first + 1, (byte) 9), "kill of row 1", "found 9");
  }

  @Test
  void theNewestRowOfAKeyMustBeMetFirst() throws Exception {
    ByteBuffer bytes = image.bytes(segment);
    int index = CHUNK + (int) bytes.getLong(CHUNK + 112);
    int newest = -1;
    int oldest = -1;
    for (int slot = 0; slot < bytes.getInt(CHUNK + 72); slot++) {
      int row = (bytes.getInt(index + 4 * slot) & 7) - 1;
      newest = row == 3 ? index + 4 * slot : newest;
      oldest = row == 0 ? index + 4 * slot : oldest;
    }
    assertNotEquals(-1, newest);
    int one = newest;
    int other = oldest;

    assertForged(
        file -> {
          int slot = file.getInt(one);
          file.putInt(one, file.getInt(other)).putInt(other, slot);
        },
        "key index, slot",
        "row 3, the newer one of the key, before the older, found row 0");
  }

  @Test
  void aFileThatDoesNotSayThatItHasKillsIsNamed() throws Exception {
    assertForged(
        bytes -> bytes.putInt(16, 0),
        "chunk 1, header, width of the kills: expected 0, for the file has no kills, found 1");
  }
}
