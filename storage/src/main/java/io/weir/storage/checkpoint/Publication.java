package io.weir.storage.checkpoint;

import io.weir.storage.record.SourcePosition;
import io.weir.storage.segment.SegmentMerge;
import io.weir.storage.segment.SegmentSet;
import io.weir.storage.segment.Staged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the newest manifest of a shard says beside its files, and how the next one takes its place:
 * it is written, forced and renamed; its files are those that queries see from then on; what it
 * does without is unlinked.
 *
 * <p>From the rename on a crash may find it. When publication fails, the newest manifest counts as
 * before, and no generation number is given twice.
 *
 * <p><b>Threads:</b> one at a time publishes; any asks for what is published.
 */
final class Publication {
  private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

  private final ShardFolder folder;
  private final DurableShard.Identity identity;
  private final ManifestFile manifests;
  private final SegmentSet segments;
  private boolean begun;
  private boolean successor;
  private long attemptedGeneration;
  private volatile long generation;
  private volatile long manifestBytes;
  private volatile State state;

  /**
   * What a manifest says beside its files.
   *
   * @param feed what is remembered of what feeds the shard
   * @param position where to read on
   * @param history how far the shard can be read as it was
   */
  record State(Feed feed, Optional<SourcePosition> position, HistoryLog history) {
    private static State of(Manifest manifest) {
      return new State(manifest.feed(), manifest.position(), manifest.history());
    }

    /** Everything below is in the files. */
    long nextOffset() {
      return position.map(SourcePosition::nextOffset).orElse(0L);
    }
  }

  /**
   * Goes on from a manifest.
   *
   * @param successor whether the shard is made beside the one in its partition's place
   * @param manifests the shard's; they have been loaded
   * @param segments the files that the manifest names
   * @param newest the newest manifest; empty if the shard has none yet
   */
  Publication(
      ShardFolder folder,
      DurableShard.Identity identity,
      boolean successor,
      ManifestFile manifests,
      SegmentSet segments,
      Optional<Manifest> newest) {
    this.folder = folder;
    this.identity = identity;
    this.successor = successor;
    this.manifests = manifests;
    this.segments = segments;
    this.begun = newest.isPresent();
    this.generation = newest.map(Manifest::generation).orElse(0L);
    this.attemptedGeneration = generation;
    this.manifestBytes = manifests.publishedBytes();
    this.state =
        newest
            .map(State::of)
            .orElseGet(() -> new State(Feed.NONE, Optional.empty(), HistoryLog.EMPTY));
  }

  /**
   * Makes the shard's folder and publishes a first manifest, unless there is one. It names nothing;
   * it tells a new shard from one that lost its manifest.
   *
   * @param root folder of the store, durable itself
   */
  void begin(Path root) throws IOException {
    if (!begun) {
      folder.make(root);
      publishUnchanged();
      begun = true;
    }
  }

  /** Takes the number of the manifest that is to be published next. */
  long nextGeneration() {
    attemptedGeneration++;
    return attemptedGeneration;
  }

  /**
   * Publishes what was staged, under the number that was taken last.
   *
   * @param merge the merge that it ends, if it ends one
   */
  void publish(Staged staged, State next, Optional<SegmentMerge> merge) throws IOException {
    Manifest manifest =
        new Manifest(
            attemptedGeneration,
            identity.store(),
            identity.collection(),
            identity.partition(),
            identity.schema(),
            successor,
            next.feed(),
            next.position(),
            next.history(),
            staged.contents());
    boolean written = false;
    try {
      manifests.write(manifest);
      written = true;
      manifests.publish(manifest);
    } catch (Throwable e) {
      // From the rename on, a crash may find the manifest: what it names must stay as it is.
      if (written) {
        segments.abandon(staged);
        merge.ifPresent(segments::abandon);
      } else {
        segments.discard(staged);
        merge.ifPresent(segments::discard);
      }
      throw e;
    }
    removeObsolete(takeOver(staged, next));
  }

  /** Goes on from what has just been published. */
  private List<Path> takeOver(Staged staged, State next) {
    try {
      List<Path> dropped = segments.publish(staged, next.nextOffset(), next.history().floor());
      generation = attemptedGeneration;
      manifestBytes = manifests.publishedBytes();
      state = next;
      return dropped;
    } catch (RuntimeException | Error e) {
      throw new ShardBrokenException(folder.directory(), e);
    }
  }

  /** Unlinks what the new manifest does not need. Readers keep what they have mapped. */
  private void removeObsolete(List<Path> dropped) {
    try {
      if (dropped.isEmpty()) {
        manifests.removeOld();
        return;
      }
      // First, so that no manifest is left that names a file which is not there.
      manifests.removeAllButNewest();
      for (Path file : dropped) {
        folder.files().delete(file);
      }
    } catch (IOException | RuntimeException | Error e) {
      // The new manifest is durable and counts; the rest is only in the way. To fail here would
      // have the same rows written once more.
      LOG.warn(
          "{}: obsolete files stay until the next start: {}", folder.directory(), e.toString());
    }
  }

  /**
   * Publishes a manifest that no longer says that the shard is a successor.
   *
   * @throws IOException if the disk refuses; unless that fails, too, a further manifest takes back
   *     what may have been published
   */
  void promote() throws IOException {
    try {
      successor = false;
      publishUnchanged();
    } catch (Throwable e) {
      takeBack(e);
      throw e;
    }
    try {
      // The manifest before this one says successor: it must not be what is left after a damage.
      manifests.removeAllButNewest();
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("{}: an obsolete manifest stays: {}", folder.directory(), e.toString());
    }
  }

  private void takeBack(Throwable why) {
    try {
      successor = true;
      publishUnchanged();
    } catch (IOException | RuntimeException | Error e) {
      why.addSuppressed(e);
    }
  }

  private void publishUnchanged() throws IOException {
    attemptedGeneration++;
    publish(segments.unchanged(), state, Optional.empty());
  }

  /** What the newest manifest says beside its files. */
  State state() {
    return state;
  }

  /** Generation of the newest manifest; 0 before the first. */
  long generation() {
    return generation;
  }

  /** Length of the newest manifest. */
  long manifestBytes() {
    return manifestBytes;
  }
}
