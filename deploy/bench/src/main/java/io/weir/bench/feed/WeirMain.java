package io.weir.bench.feed;

import io.weir.bench.os.Dialogue;
import io.weir.deploy.PortPolicy;
import io.weir.deploy.WeirServer;
import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import java.nio.file.Path;

/** The process of {@link WeirProcess}: {@code serve}, and somebody who looks at it. */
final class WeirMain {
  private WeirMain() {}

  /** Runs until the input ends; a line is one of the questions of {@link WeirProcess}. */
  public static void main(String[] arguments) throws Exception {
    HeapWatch heap = HeapWatch.start();
    try (WeirServer server =
        WeirServer.start(WeirSettings.read(Path.of(arguments[0])), PortPolicy.FIXED)) {
      VectorCollection collection =
          server.store().collection(WeirSettings.COLLECTION).orElseThrow();
      PauseWatch pauses = new PauseWatch(collection);
      new Dialogue()
          .run(
              String.valueOf(server.address().getPort()),
              words ->
                  switch (words[0]) {
                    case "applied" -> String.valueOf(applied(collection));
                    case "watch" -> pauses.begin();
                    case "pauses" -> pauses.end(Path.of(words[1]));
                    case "heap" -> heap.peakBytes() + " " + heap.livePeakBytes();
                    default -> throw new IllegalArgumentException(words[0]);
                  });
    }
  }

  private static long applied(VectorCollection collection) {
    long applied = 0;
    for (Shard shard : collection.shards()) {
      applied += PauseWatch.applied(shard);
    }
    return applied;
  }
}
