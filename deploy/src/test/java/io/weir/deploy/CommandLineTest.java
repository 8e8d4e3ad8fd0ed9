package io.weir.deploy;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpNamesEveryCommandAndWhatItDoes() {
    assertEquals(ExitCode.DONE, execute("--help"));

    for (String line :
        List.of(
            "Usage: deploy/weir [-hV] [--debug] [COMMAND]",
            "  demo     Start a Kafka broker and Weir in one process and stream real data.",
            "  produce  Send vectors from files to a topic.",
            "  audit    Prove that a collection of a running Weir equals its topic.",
            "  search   Search a collection of a running Weir.",
            "  inspect  Show what is in the files of a store, and where the bytes go.",
            "  key      Make a key for the HTTP API.",
            "  verify   Check whether the files of a store are whole and fit together.",
            "  serve    Read the topics of a Kafka cluster and answer over HTTP.",
            "  bench    Run a benchmark; deploy/weir bench --help lists them.",
            "  deploy/weir serve --config weir.yaml",
            "  2   the command line or the settings are wrong")) {
      assertTrue(out.toString().contains(line), () -> line + " is not in\n" + out);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo", "serve", "search", "inspect", "verify", "produce", "audit", "key", "bench"
      })
  void helpOfACommandHasOptionsExitCodesAndExamples(String command) {
    assertEquals(ExitCode.DONE, execute(command, "--help"));

    for (String part :
        List.of("Usage: deploy/weir " + command, "Options:", "Exit codes:", "Examples:")) {
      assertTrue(out.toString().contains(part), () -> part + " is not in\n" + out);
    }
  }

  @Test
  void noLineOfHelpIsWiderThanATerminal() {
    execute("--help");
    execute("demo", "--help");
    execute("serve", "--help");
    execute("search", "--help");
    execute("inspect", "--help");
    execute("verify", "--help");
    execute("produce", "--help");
    execute("audit", "--help");
    execute("key", "--help");

    out.toString()
        .lines()
        .forEach(line -> assertTrue(line.length() <= 88, () -> "too wide: " + line));
  }

  @Test
  void theVersionNamesJavaToo() {
    assertEquals(ExitCode.DONE, execute("--version"));

    assertTrue(out.toString().startsWith("Weir "), out::toString);
    assertTrue(out.toString().contains(" on Java " + Runtime.version()), out::toString);
  }

  @Test
  void withoutACommandHelpIsPointedTo() {
    assertEquals(ExitCode.MISUSED, execute());

    assertEquals("A command is missing\nTry 'deploy/weir --help'.\n", err.toString());
  }

  @Test
  void anUnknownCommandIsAMisuse() {
    assertEquals(ExitCode.MISUSED, execute("sreve"));

    assertTrue(
        err.toString().startsWith("Unmatched argument at index 0: 'sreve'\n"), err::toString);
    assertTrue(err.toString().contains("serve"), err::toString);
    assertTrue(err.toString().endsWith("Try 'deploy/weir --help'.\n"), err::toString);
  }

  @Test
  void anUnknownOptionIsAMisuse() {
    assertEquals(ExitCode.MISUSED, execute("serve", "--conifg", "weir.yaml"));

    assertTrue(err.toString().startsWith("Unknown options: '--conifg'"), err::toString);
    assertTrue(err.toString().endsWith("Try 'deploy/weir serve --help'.\n"), err::toString);
  }

  @Test
  void wrongSettingsAreAMisuseAndAllAreTold() throws IOException {
    Path config = Files.writeString(folder.resolve("weir.yaml"), "http: { port: x }\n");

    assertEquals(ExitCode.MISUSED, execute("serve", "--config", config.toString()));

    assertAll(
        () ->
            assertTrue(
                err.toString().startsWith("deploy/weir serve: the configuration has 4 problems:\n"),
                err::toString),
        () -> assertEquals(5, err.toString().lines().count(), err::toString));
  }

  @Test
  void theEnvironmentIsRead() {
    CommandLine commandLine = captured(Main.commandLine(Map.of("WEIR_HTTP_PORT", "x")));

    assertEquals(ExitCode.MISUSED, commandLine.execute("serve"));
    assertTrue(err.toString().contains("(WEIR_HTTP_PORT)"), err::toString);
  }

  @Test
  void benchIsStartedByTheLauncher() {
    assertEquals(ExitCode.MISUSED, execute("bench", "hot"));

    assertTrue(err.toString().contains("start them with deploy/weir bench"), err::toString);
  }

  @Test
  void aFailureIsOneLine() {
    assertEquals(ExitCode.FAILED, executeFailing(new IOException("the disk is full"), "fail"));

    assertEquals("deploy/weir fail: the disk is full\n", err.toString());
  }

  @Test
  void aProgramErrorPointsToItsDetails() {
    assertEquals(ExitCode.FAILED, executeFailing(new IllegalStateException("oops"), "fail"));

    assertEquals(
        """
        deploy/weir fail: java.lang.IllegalStateException: oops
        Add --debug to see where it arose.
        """,
        err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail --debug", "--debug fail"})
  void debugPrintsTheStackTrace(String line) {
    assertEquals(
        ExitCode.FAILED, executeFailing(new IllegalStateException("oops"), line.split(" ")));

    assertTrue(err.toString().contains("\tat io.weir.deploy.CommandLineTest."), err::toString);
  }

  private int execute(String... args) {
    return captured(Main.commandLine(Map.of())).execute(args);
  }

  private int executeFailing(Exception failure, String... args) {
    CommandLine commandLine = Main.commandLine(Map.of());
    commandLine.addSubcommand(new FailingCommand(failure));
    return captured(commandLine).execute(args);
  }

  private CommandLine captured(CommandLine commandLine) {
    return commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }

  @CommandLine.Command(name = "fail")
  private record FailingCommand(Exception failure) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }
}
