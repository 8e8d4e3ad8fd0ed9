package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OpenAttemptsTest {
  private static final VectorSchema SCHEMA = new VectorSchema(2, Metric.DOT);

  @TempDir Path directory;

  private Path opening;
  private Path segment;

  @BeforeEach
  void makeAStore() throws Exception {
    opening = directory.resolve(OpenAttempts.NAME);
    segment = directory.resolve("collections/docs/shards/0/00000001.segment");
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      Shard shard = store.declare("docs", SCHEMA).shard(0);
      shard.append(Records.upsert(0, "a", new float[] {1, 2}, "payload"), 0);
      assertTrue(store.checkpoint().get(30, TimeUnit.SECONDS).succeeded());
      assertFalse(Files.exists(opening));
    }
  }

  private void damageARow() throws Exception {
    byte[] bytes = Files.readAllBytes(segment);
    // Behind the headers of file and chunk lies the first row.
    bytes[128 + 192] ^= 1;
    Files.write(segment, bytes);
  }

  private void openAndClose() throws Exception {
    VectorStore.open(directory, StoreOptions.defaults()).close();
  }

  @Test
  void rowsAreNotReadByAnOpen() throws Exception {
    damageARow();
    openAndClose();
    assertFalse(Files.exists(opening));
  }

  @Test
  void afterTwoAbortedOpensEveryByteIsReadBeforeAnyIsMapped() throws Exception {
    damageARow();
    Files.writeString(opening, "x");
    openAndClose();
    Files.writeString(opening, "xx");
    CorruptFileException damage = assertThrows(CorruptFileException.class, this::openAndClose);
    assertTrue(damage.toString().contains(segment.toString()), damage::toString);
    assertFalse(Files.exists(opening), "this open has ended, and said why");
  }

  @Test
  void aWholeStoreOpensAfterAnyNumberOfAbortedOpens() throws Exception {
    Files.writeString(opening, "xxxxx");
    try (VectorStore store = VectorStore.open(directory, StoreOptions.defaults())) {
      assertEquals(0, store.collection("docs").orElseThrow().get("a").orElseThrow().offset());
    }
  }
}
