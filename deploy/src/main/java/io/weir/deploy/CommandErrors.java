package io.weir.deploy;

import io.weir.deploy.config.InvalidConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells the user what went wrong: what, and what to do, without the insides of the program. */
final class CommandErrors {

  private CommandErrors() {}

  /** Reports a wrong command line. */
  static int misused(ParameterException error, String[] args) {
    CommandLine commandLine = error.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println(error.getMessage());
    UnmatchedArgumentException.printSuggestions(error, err);
    err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.MISUSED;
  }

  /** Reports a command that failed. */
  static int failed(Exception error, CommandLine commandLine, ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    WeirCommand root = rootOf(commandLine);
    err.println(commandLine.getCommandSpec().qualifiedName() + ": " + messageOf(error));
    if (root.debug()) {
      error.printStackTrace(err);
    } else if (!isForUsers(error)) {
      err.println("Add " + Main.DEBUG_OPTION + " to see where it arose.");
    }
    return error instanceof InvalidConfigException ? ExitCode.MISUSED : ExitCode.FAILED;
  }

  private static WeirCommand rootOf(CommandLine commandLine) {
    CommandLine root = commandLine;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return (WeirCommand) root.getCommand();
  }

  private static String messageOf(Exception error) {
    String message = error.getMessage();
    if (error instanceof AccessDeniedException) {
      return message + ": permission denied";
    }
    return message != null && isForUsers(error) ? message : error.toString();
  }

  /** Whether the message was written for people; that of a program error was not. */
  private static boolean isForUsers(Exception error) {
    return error instanceof InvalidConfigException || error instanceof IOException;
  }
}
