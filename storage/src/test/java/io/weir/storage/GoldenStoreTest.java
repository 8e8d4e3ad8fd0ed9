package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weir.storage.record.FeedNotes;
import io.weir.storage.testing.MemoryFiles;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Stores that were written once, and must be readable for ever: their files lie in the test
 * resources as version 1.0 of the format wrote them. They are the files of a {@link SmallStore}. A
 * change that fails here needs a new version, a reader of both, and a further folder beside these.
 */
class GoldenStoreTest {

  @Test
  void aStoreOfVersion10IsReadAsItWasWritten() throws Exception {
    MemoryFiles files = golden("/golden-1.0");
    assertFalse(new SmallStore().isNoticed(files, "golden"));
    assertEquals(FeedNotes.NONE, notes(files));
  }

  /** Manifests of the first have no section of the feed. */
  @Test
  void soIsOneWithNotesOfItsFeed() throws Exception {
    MemoryFiles files = golden("/golden-1.0-feed");
    assertFalse(new SmallStore().isNoticed(files, "golden"));
    assertEquals(SmallStore.NOTES, notes(files));
  }

  /** Without fields, files are as they were before there were any. */
  @Test
  void filesOfACollectionWithoutFieldsAreAsLongAsThen() throws Exception {
    MemoryFiles files = golden("/golden-1.0-feed");
    new SmallStore()
        .contents()
        .forEach((path, bytes) ->
            assertEquals(
                Objects.requireNonNull(files.contents().get(path)).length,
                bytes.length,
                path::toString));
  }

  private static FeedNotes notes(MemoryFiles files) throws IOException {
    try (VectorStore store =
        ThreadlessStore.open(SmallStore.ROOT, StoreOptions.defaults(), files)) {
      return store.collection("docs").orElseThrow().shard(0).feedNotes();
    }
  }

  private static MemoryFiles golden(String resource) throws Exception {
    MemoryFiles files = new MemoryFiles();
    URL folder = Objects.requireNonNull(GoldenStoreTest.class.getResource(resource));
    int count = 0;
    for (Path file : filesBelow(Path.of(folder.toURI()))) {
      Path relative = Path.of(folder.toURI()).relativize(file);
      Path place = SmallStore.ROOT.resolve(relative.toString());
      files.restoreDirectory(Objects.requireNonNull(place.getParent()));
      files.restore(place, Files.readAllBytes(file));
      count++;
    }
    assertEquals(new SmallStore().contents().size(), count);
    return files;
  }

  private static List<Path> filesBelow(Path folder) throws Exception {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
