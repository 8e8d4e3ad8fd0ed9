package io.weir.storage;

import io.weir.storage.testing.Inode;
import io.weir.storage.testing.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What a store would have done to its files if a step of the protocol were missing or misplaced.
 */
enum Mutant {
  SEGMENT_NOT_FORCED((log, _) -> without(log, isForceOf(".segment"))),
  DEAD_MARKS_NOT_FORCED((log, _) -> without(log, isForceOf(".dead"))),
  MANIFEST_NOT_FORCED((log, _) -> without(log, isForceOf(".tmp"))),
  /** The rename that publishes a manifest. */
  MANIFESTS_NAME_NOT_FORCED((log, _) -> withoutDirectoryForceAfter(log, Operation.Rename.class)),
  /** The name of a new file of rows, before the manifest that names it. */
  NEW_FILES_NAME_NOT_FORCED((log, _) -> withoutDirectoryForceAfter(log, Operation.Force.class)),
  /** The folders above a new shard. */
  PARENTS_NOT_FORCED((log, _) ->
      without(
          log,
          change ->
              change instanceof Operation.ForceDirectory(Path path)
                  && (path.endsWith("docs") || path.endsWith("shards")))),
  MANIFEST_WRITTEN_IN_PLACE((log, _) ->
      without(
          withTemporaries(log, path -> path.resolveSibling(fileName(path).replace(".tmp", ""))),
          change -> change instanceof Operation.Rename(Path path, Path to, _) && path.equals(to))),
  /** The tail is written on after an error: forced again, which does not bring the bytes back. */
  FAILED_FORCE_TRIED_AGAIN((log, random) -> {
    int[] forces =
        IntStream.range(0, log.size())
            .filter(i -> isForceOf(".segment").test(log.get(i)))
            .toArray();
    int failing = forces[random.nextInt(forces.length)];
    List<Operation.Change> mutated = new ArrayList<>(log);
    Operation.Force force = (Operation.Force) log.get(failing);
    mutated.add(failing, new Operation.Force(force.path(), force.inode(), true));
    return mutated;
  }),
  /** A merge unlinks what it has read before the manifest that no longer names it. */
  INPUTS_UNLINKED_EARLY((log, _) -> {
    List<Operation.Change> mutated = new ArrayList<>(log);
    for (int i = 0; i < mutated.size(); i++) {
      if (mutated.get(i) instanceof Operation.Delete(Path path)
          && fileName(path).endsWith(".segment")) {
        mutated.add(lastManifestBefore(mutated, i), mutated.remove(i));
      }
    }
    return mutated;
  }),
  /** The name of the manifest that says that a successor has taken its shard's place. */
  PROMOTION_NOT_FORCED((log, _) -> {
    int promotion = promotion(log);
    List<Operation.Change> mutated = new ArrayList<>(log);
    if (promotion >= 0) {
      mutated.remove(promotion + 1);
    }
    return mutated;
  }),
  /** A shard that is replaced goes before the manifest that says so is published. */
  REPLACED_SHARD_REMOVED_EARLY((log, _) -> {
    int promotion = promotion(log);
    List<Operation.Change> mutated = new ArrayList<>(log);
    int to = promotion;
    for (int i = promotion + 1; promotion >= 0 && i <= removal(log); i++) {
      if (mutated.get(i).path().startsWith(firstFolder())) {
        mutated.add(to++, mutated.remove(i));
      }
    }
    return mutated;
  }),
  /** Durable is said when the manifest has been written, not when it has its name. */
  ACKNOWLEDGED_EARLY((log, random) -> {
    List<Operation.Change> mutated = new ArrayList<>(log);
    for (int i = 0; i < mutated.size(); i++) {
      if (mutated.get(i) instanceof Operation.Acknowledge) {
        int renamed = i;
        while (!(mutated.get(renamed) instanceof Operation.Rename)) {
          renamed--;
        }
        mutated.add(renamed, mutated.remove(i));
      }
    }
    return mutated;
  });

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final Mutation mutation;

  Mutant(Mutation mutation) {
    this.mutation = mutation;
  }

  @FunctionalInterface
  private interface Mutation {
    List<Operation.Change> of(List<Operation.Change> log, Random random);
  }

  /** Returns what is done instead of what a healthy store has done. */
  List<Operation.Change> of(List<Operation.Change> log, Random random) {
    return mutation.of(log, random);
  }

  private static List<Operation.Change> without(
      List<Operation.Change> log, Predicate<Operation.Change> leftOut) {
    return log.stream().filter(leftOut.negate()).toList();
  }

  private static Predicate<Operation.Change> isForceOf(String ending) {
    return change ->
        change instanceof Operation.Force(Path path, _, _) && path.toString().endsWith(ending);
  }

  private static Path firstFolder() {
    return CrashWorkload.ROOT.resolve("collections/docs/shards/0");
  }

  /** Where the folder of the first shard is removed, which has been replaced; -1 for nowhere. */
  private static int removal(List<Operation.Change> log) {
    return IntStream.range(0, log.size())
        .filter(
            i -> log.get(i) instanceof Operation.Delete(Path path) && path.equals(firstFolder()))
        .findFirst()
        .orElse(-1);
  }

  /** Where the manifest gets its name by which that has happened; -1 for nowhere. */
  private static int promotion(List<Operation.Change> log) {
    int at = removal(log);
    while (at >= 0 && !(log.get(at) instanceof Operation.Rename)) {
      at--;
    }
    return at;
  }

  private static int lastManifestBefore(List<Operation.Change> log, int end) {
    int at = end;
    while (!(log.get(at) instanceof Operation.Create(Path path, _)
        && fileName(path).startsWith("manifest-"))) {
      at--;
    }
    return at;
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** Leaves out each force of a shard's folder that follows a change of some kind. */
  private static List<Operation.Change> withoutDirectoryForceAfter(
      List<Operation.Change> log, Class<? extends Operation.Change> kind) {
    List<Operation.Change> kept = new ArrayList<>();
    for (Operation.Change change : log) {
      boolean leftOut =
          change instanceof Operation.ForceDirectory(Path path)
              && path.endsWith("shards/0")
              && kind.isInstance(kept.getLast());
      if (!leftOut) {
        kept.add(change);
      }
    }
    return kept;
  }

  /** Gives the temporary files of manifests other names. */
  private static List<Operation.Change> withTemporaries(
      List<Operation.Change> log, UnaryOperator<Path> name) {
    UnaryOperator<Path> each =
        path ->
            fileName(path).startsWith("manifest-") && fileName(path).endsWith(".tmp")
                ? name.apply(path)
                : path;
    return log.stream()
        .map(change ->
            switch (change) {
              case Operation.Create(Path path, Inode inode) ->
                  new Operation.Create(each.apply(path), inode);
              case Operation.Rename(Path path, Path to, Inode inode) ->
                  new Operation.Rename(each.apply(path), to, inode);
              case Operation.Delete(Path path) -> new Operation.Delete(each.apply(path));
              default -> change;
            })
        .toList();
  }
}
