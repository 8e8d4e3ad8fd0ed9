package io.weir.storage.check;

import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Checks whether the files of a store are whole and fit together, from the bytes up. Nothing is
 * written; the store may be running.
 *
 * <p>Memory: buffers of less than 1 MiB; where rows are looked at, also 16 MiB for the index of a
 * chunk, 32 MiB for keys, 70 bytes for each dead mark of a shard and 1 KiB for each of its chunks.
 *
 * <p><b>Threads:</b> one; used once.
 */
public final class StoreVerifier {
  private final StorageFiles files;
  private final Path root;
  private final Depth depth;
  private final Meter meter;
  private final int rowsAPass;
  private final Findings findings = new Findings();
  private final PieceCheck pieces = new PieceCheck();
  private final Map<String, String> schemas = new HashMap<>();
  private int shards;
  private int segments;
  private int chunks;
  private long rows;
  private long liveRows;
  private long obsoleteMarks;
  private Optional<Boolean> inUse = Optional.empty();

  /**
   * Prepares a check.
   *
   * @param files where the store is
   * @param root its data folder
   * @param depth how closely to look
   * @param throttle how fast to read
   * @param progress is told how far it is
   */
  public StoreVerifier(
      StorageFiles files, Path root, Depth depth, ReadThrottle throttle, Progress progress) {
    this(files, root, depth, throttle, progress, OneRowAKey.ROWS_A_PASS);
  }

  StoreVerifier(
      StorageFiles files,
      Path root,
      Depth depth,
      ReadThrottle throttle,
      Progress progress,
      int rowsAPass) {
    this.files = files;
    this.root = root;
    this.depth = depth;
    this.meter = new Meter(throttle, progress);
    this.rowsAPass = rowsAPass;
  }

  /**
   * Reads everything once, and reports.
   *
   * @throws NoStoreException if there is none
   * @throws IOException if a folder cannot be listed; what is wrong with a file is a finding
   */
  public VerifyReport verify() throws IOException {
    StoreFolders.Listing listing = StoreFolders.list(files, root);
    Optional<StoreId> id = StoreId.read(files, root, meter, findings);
    if (id.isEmpty()) {
      findings.note(root, "not checked: what rows mean; that takes the seed in IDENTITY");
    }
    if (depth != Depth.HEADERS) {
      for (StoreFolders.Shard shard : listing.shards()) {
        meter.expect(committedBytes(shard));
      }
    }
    List<String> collections = new ArrayList<>();
    for (StoreFolders.Shard shard : listing.shards()) {
      if (!collections.contains(shard.collection())) {
        collections.add(shard.collection());
      }
      check(shard, id);
    }
    meter.end();
    return new VerifyReport(
        collections.size(),
        shards,
        segments,
        chunks,
        rows,
        depth == Depth.ROWS && id.isPresent() ? OptionalLong.of(liveRows) : OptionalLong.empty(),
        obsoleteMarks,
        meter.done(),
        findings.kept(),
        findings.count(),
        findings.notes());
  }

  private long committedBytes(StoreFolders.Shard shard) throws IOException {
    Findings ignored = new Findings();
    try (ShardInput input = ShardInput.open(files, shard, meter, ignored).orElse(null)) {
      return input == null ? 0 : input.manifest().committedBytes();
    }
  }

  private void check(StoreFolders.Shard shard, Optional<StoreId> id) throws IOException {
    try (ShardInput input = ShardInput.open(files, shard, meter, findings).orElse(null)) {
      if (input == null) {
        return;
      }
      ShardManifest manifest = input.manifest();
      checkOwner(manifest, shard, id);
      ShardCheck check = new ShardCheck(input, depth, id.map(StoreId::keyHash), meter, findings);
      check.check(pieces, rowsAPass);
      shards++;
      segments += manifest.segments().size();
      chunks += check.chunks();
      rows += check.rows();
      liveRows += check.liveRows();
      obsoleteMarks += check.obsoleteMarks();
      if (!isInUse()) {
        new LeftOvers(files, input.directory(), findings).note(input);
        new ShardPlaces(files, shard).note(input.directory(), findings);
      }
    }
  }

  private void checkOwner(ShardManifest manifest, StoreFolders.Shard shard, Optional<StoreId> id) {
    Part part = new Part(findings, manifest.file(), 0, "");
    String name = manifest.file().getFileName() + "";
    part.same("generation", 16, 8, StoreFolders.generationOf(name), manifest.generation());
    id.ifPresent(known -> part.same("store", 24, 16, known.store(), manifest.store()));
    part.same("collection", 0, 0, shard.collection(), manifest.collection());
    part.same("partition", 0, 0, shard.partition(), manifest.partition());
    String schema = "dimension " + manifest.dimension() + ", metric " + manifest.metric();
    String first =
        Objects.requireNonNullElse(schemas.putIfAbsent(shard.collection(), schema), schema);
    part.require(first.equals(schema), "schema", 0, 0, first + " as other shards", schema);
  }

  /** Asked only if there is something to say of a store that is not: asking takes the lock. */
  private boolean isInUse() {
    if (inUse.isEmpty()) {
      try {
        inUse = Optional.of(files.isLocked(root.resolve(StoreFolders.LOCK)));
      } catch (IOException e) {
        inUse = Optional.of(true);
      }
    }
    return inUse.get();
  }
}
