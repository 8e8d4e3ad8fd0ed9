package io.weir.api.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is read from small files, and read again when they change, without a restart. New
 * files that are wrong change nothing: what was read before stays, and the log says why.
 *
 * <p>The files are read in full from time to time and compared with what they were: that notices
 * links that are moved, as Kubernetes does with mounted secrets, and files that are written in
 * place. Several files that are replaced one after the other do not fit for a moment; the next look
 * finds them whole.
 *
 * <p><b>Threads:</b> any; reading is done by a thread of its own.
 *
 * @param <T> what they hold
 */
public final class ReloadedFiles<T> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReloadedFiles.class);

  /** A larger file is none of these. */
  private static final int MAX_BYTES = 1 << 20;

  private final String what;
  private final List<Path> files;
  private final Loader<T> loader;
  private final Counter reloads;
  private final Counter failures;
  private final ScheduledExecutorService timer;
  private List<byte[]> contents;
  private String lastFailure = "";
  private volatile T current;

  /**
   * Makes something of files.
   *
   * @param <T> what they hold
   */
  @FunctionalInterface
  public interface Loader<T> {

    /**
     * Makes it.
     *
     * @param contents of the files, in their order
     * @throws IllegalArgumentException if they are wrong; the message is for the log, after a colon
     */
    T load(List<byte[]> contents);
  }

  private ReloadedFiles(
      String what,
      List<Path> files,
      Loader<T> loader,
      MeterRegistry meters,
      T first,
      List<byte[]> contents) {
    this.what = what;
    this.files = files;
    this.loader = loader;
    this.current = first;
    this.contents = contents;
    this.reloads = counter(meters, what, "done");
    this.failures = counter(meters, what, "failed");
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("weir-reload-" + what).daemon().unstarted(task));
  }

  /**
   * Reads the files, and looks at them again from then on.
   *
   * @param what they hold, in a word; a tag of meters, and part of a thread's name
   * @param interval time between two looks
   * @throws IOException if they cannot be read or are wrong; says which, and why
   */
  public static <T> ReloadedFiles<T> start(
      String what, List<Path> files, Loader<T> loader, Duration interval, MeterRegistry meters)
      throws IOException {
    List<byte[]> contents = read(files);
    T first;
    try {
      first = loader.load(contents);
    } catch (IllegalArgumentException e) {
      throw new IOException(message(what, files, e), e);
    }
    ReloadedFiles<T> reloaded = new ReloadedFiles<>(what, files, loader, meters, first, contents);
    reloaded.look(interval);
    return reloaded;
  }

  private static Counter counter(MeterRegistry meters, String what, String result) {
    return Counter.builder("weir.http.reloads")
        .description("Files of keys or certificates that have changed and were read again")
        .tags("what", what, "result", result)
        .register(meters);
  }

  private void look(Duration interval) {
    var _ =
        timer.scheduleWithFixedDelay(
            this::lookAgain, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void lookAgain() {
    try {
      List<byte[]> now = read(files);
      if (same(now, contents)) {
        lastFailure = "";
        return;
      }
      current = loader.load(now);
      contents = now;
      lastFailure = "";
      reloads.increment();
      LOG.info("{} of {} have changed and hold from now on", what, names(files));
    } catch (IOException e) {
      failed(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      failed(message(what, files, e));
    } catch (RuntimeException e) {
      // A timer whose task throws is silent from then on.
      failed(message(what, files, e) + " (" + e.getClass().getName() + ")");
    }
  }

  /** Files that stay wrong are told of once. */
  private void failed(String reason) {
    if (!reason.equals(lastFailure)) {
      lastFailure = reason;
      failures.increment();
      LOG.error("{}; what was read before still holds", reason);
    }
  }

  private static String message(String what, List<Path> files, RuntimeException e) {
    return what + " of " + names(files) + " cannot be used: " + e.getMessage();
  }

  private static String names(List<Path> files) {
    return String.join(", ", files.stream().map(Path::toString).toList());
  }

  private static boolean same(List<byte[]> one, List<byte[]> other) {
    for (int i = 0; i < one.size(); i++) {
      if (!Arrays.equals(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<byte[]> read(List<Path> files) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] content = in.readNBytes(MAX_BYTES + 1);
        if (content.length > MAX_BYTES) {
          throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
        }
        contents.add(content);
      } catch (NoSuchFileException e) {
        throw new IOException(file + " does not exist", e);
      }
    }
    return contents;
  }

  /** What the files hold; of those that are wrong by now, what they held before. */
  public T current() {
    return current;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
