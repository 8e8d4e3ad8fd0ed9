package io.weir.storage;

import io.weir.storage.CompactionReport.Merge;
import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.segment.MergePolicy;
import io.weir.storage.segment.MergeResources;
import io.weir.storage.segment.SegmentMerge;
import io.weir.storage.segment.Throttle;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Merges segments of one shard, one merge at a time; checkpoints go on meanwhile.
 *
 * <p><b>Threads:</b> the compaction thread; {@link #failure} and {@link #close} from any. A merge
 * is planned and published under the lock of the shard's commits, and written without it.
 */
final class ShardMerges {
  private final DurableShard.Identity identity;
  private final DurableShard durable;
  private final DiskRoom room;
  private final ReentrantLock commits;
  private final DiskTrouble trouble;
  private final Runnable published;
  private final Supplier<Optional<DeclaredFields>> declared;

  /** Held for the whole of a merge. */
  private final ReentrantLock merging = new ReentrantLock();

  private volatile boolean closed;
  private volatile Optional<String> failure = Optional.empty();

  /**
   * @param commits held while something is published
   * @param published is called under it, when queries are to see what has changed
   * @param declared the fields that are declared now, if the collection is declared
   */
  ShardMerges(
      DurableShard.Identity identity,
      DurableShard durable,
      DiskRoom room,
      ReentrantLock commits,
      DiskTrouble trouble,
      Runnable published,
      Supplier<Optional<DeclaredFields>> declared) {
    this.identity = identity;
    this.durable = durable;
    this.room = room;
    this.commits = commits;
    this.trouble = trouble;
    this.published = published;
    this.declared = declared;
  }

  /** Why the latest merge failed, while none has succeeded since. */
  Optional<String> failure() {
    return failure;
  }

  /**
   * Merges the segments that are most worth it, if any are, and unless the shard is closed
   * meanwhile. While the collection is not declared it merges only on request, and only what has no
   * columns.
   *
   * @param failed gets the numbers of the segments whose merge has failed
   * @throws IOException if the disk refuses, has no room, or a byte is damaged, or the throttle
   *     ends it; then nothing has changed
   */
  Optional<Merge> merge(MergePolicy policy, MergeResources resources, Set<Long> failed)
      throws IOException {
    merging.lock();
    try {
      Optional<SegmentMerge> begun = closed ? Optional.empty() : begin(policy, failed);
      return begun.isEmpty()
          ? Optional.empty()
          : carryOut(begun.get(), policy, resources.with(whileOpen(resources.throttle())), failed);
    } finally {
      merging.unlock();
    }
  }

  /** Ends a merge that is under way, without a trace of it, and returns when it has ended. */
  void close() {
    closed = true;
    merging.lock();
    try {
      failure = Optional.empty();
    } finally {
      merging.unlock();
    }
  }

  private Throttle whileOpen(Throttle throttle) {
    return bytes -> {
      if (closed) {
        throw new IOException(identity + " is being closed");
      }
      throttle.before(bytes);
    };
  }

  private Optional<Merge> carryOut(
      SegmentMerge begun, MergePolicy policy, MergeResources resources, Set<Long> failed)
      throws IOException {
    try (SegmentMerge merge = begun) {
      Merge done = carryOut(merge, policy, resources);
      failure = Optional.empty();
      return Optional.of(done);
    } catch (IOException | RuntimeException | Error e) {
      if (closed) {
        return Optional.empty();
      }
      note(begun, failed, e);
      throw e;
    }
  }

  private Optional<SegmentMerge> begin(MergePolicy policy, Set<Long> failed) throws IOException {
    commits.lock();
    try {
      Optional<SegmentMerge> planned =
          trouble.isReadOnly() ? Optional.empty() : plan(policy, declared.get());
      if (planned.isPresent()) {
        begin(planned.get(), failed);
      }
      return planned;
    } finally {
      commits.unlock();
    }
  }

  /**
   * What nobody asked for waits until the collection is declared: rows without columns may be due
   * to get some.
   */
  private Optional<SegmentMerge> plan(MergePolicy policy, Optional<DeclaredFields> fields)
      throws IOException {
    return fields.isEmpty() && !policy.thorough()
        ? Optional.empty()
        : durable.planMerge(policy, fields);
  }

  private void begin(SegmentMerge merge, Set<Long> failed) throws IOException {
    try {
      room.requireForMerge(merge.estimatedBytes());
      durable.beginMerge(merge);
    } catch (IOException | RuntimeException | Error e) {
      merge.close();
      note(merge, failed, e);
      throw e;
    }
  }

  private void note(SegmentMerge merge, Set<Long> failed, Throwable why) {
    failure = Optional.of(why.toString());
    failed.addAll(merge.inputNumbers());
  }

  private Merge carryOut(SegmentMerge merge, MergePolicy policy, MergeResources resources)
      throws IOException {
    durable.writeMerge(merge, resources);
    commits.lock();
    try {
      durable.commitMerge(merge, policy.thorough());
      published.run();
    } finally {
      commits.unlock();
    }
    return new Merge(
        identity.collection(),
        identity.partition(),
        merge.inputSegments(),
        merge.keptRows(),
        merge.droppedRows(),
        merge.inputBytes(),
        merge.outputBytes());
  }
}
