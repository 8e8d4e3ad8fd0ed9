package io.weir.deploy.shard;

import io.weir.api.client.ResumeWay;
import io.weir.api.client.WeirClient;
import io.weir.deploy.client.Answers;
import io.weir.deploy.client.CollectionOption;
import io.weir.deploy.client.ServerOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells a shard that has stopped how to go on. */
@Command(
    name = "resume",
    description = {
      "Have a shard go on that has stopped.",
      "",
      "Without one of the ways below it tries again as it is: after a right was granted, a disk"
          + " repaired, a registry brought back.",
    },
    footer = {
      "  deploy/weir shard resume -c docs -p 3",
      "  deploy/weir shard resume -c docs -p 3 --accept-gap",
      "  deploy/weir shard resume -c docs -p 3 --accept-gap --next-offset 1042",
      "  deploy/weir shard resume -c docs -p 3 --rebuild",
    })
final class ResumeCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Mixin private CollectionOption collection = new CollectionOption();

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "N",
      required = true,
      description = "The partition.")
  private int partition;

  @Mixin private ServerOption server = new ServerOption();

  @ArgGroup private @Nullable Way way;

  @Option(
      names = "--next-offset",
      paramLabel = "OFFSET",
      description = "With --accept-gap: where to go on; else where the log begins now.")
  private @Nullable Long nextOffset;

  /** One of the ways to go on. */
  private static final class Way {

    @Option(
        names = "--accept-gap",
        description = "Go on without the records in between; the gap is recorded for good.")
    private boolean acceptGap;

    @Option(
        names = "--accept-partitions",
        description =
            "Go on with the partitions that the topic has now. A key may then be in two of them:"
                + " see ingest/README.md.")
    private boolean acceptPartitions;

    @Option(
        names = "--rebuild",
        description =
            "Read the partition again from where its log begins, into new files that take the"
                + " place of the old ones when they have caught up.")
    private boolean rebuild;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nextOffset != null && (way == null || !way.acceptGap)) {
      throw new ParameterException(spec.commandLine(), "--next-offset goes with --accept-gap only");
    }
    String name = collection.required(spec);
    String answer;
    try (WeirClient weir = server.connect()) {
      answer = Answers.await(weir.collection(name).resume(partition, resumeWay()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(name + " partition " + partition + ": " + answer);
    out.flush();
    return 0;
  }

  private ResumeWay resumeWay() {
    if (way == null) {
      return new ResumeWay.Retry();
    }
    if (way.acceptPartitions) {
      return new ResumeWay.AcceptPartitions();
    }
    if (way.rebuild) {
      return new ResumeWay.Rebuild();
    }
    return new ResumeWay.AcceptGap(
        nextOffset == null ? OptionalLong.empty() : OptionalLong.of(nextOffset));
  }
}
