package io.weir.storage.os;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Asks the operating system what files, maps and this process take. Made for Linux; elsewhere the
 * figures are empty, and {@link #notes} say why.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the segments that it is asked about: the caller
 * keeps them mapped until the method returns. <b>Errors:</b> none but a closed or heap segment, an
 * {@link IllegalArgumentException} or {@link IllegalStateException}.
 */
public final class OperatingSystem {
  private final Notes notes = new Notes();
  private final Statx statx;
  private final Mincore mincore;
  private final PopulateRead populateRead;
  private final ProcFiles proc;

  /** Made when it is first asked for. */
  private static final class Host {
    static final OperatingSystem INSTANCE = new OperatingSystem(hostSymbols(), Path.of("/proc"));

    private static SymbolLookup hostSymbols() {
      try {
        return Linker.nativeLinker().defaultLookup();
      } catch (UnsupportedOperationException e) {
        // No way to call C on this platform: as if it had no functions.
        return _ -> Optional.empty();
      }
    }
  }

  private OperatingSystem(SymbolLookup symbols, Path procFolder) {
    CLibrary library = new CLibrary(symbols, notes);
    OptionalLong pageBytes = PageSize.bytes(library);
    this.statx = new Statx(library);
    this.mincore = new Mincore(library, pageBytes);
    this.populateRead = new PopulateRead(library, pageBytes);
    this.proc = new ProcFiles(procFolder, notes);
  }

  /** The system that this process runs on. */
  public static OperatingSystem host() {
    return Host.INSTANCE;
  }

  /**
   * A system of these parts.
   *
   * @param symbols the functions of its C library
   * @param proc its {@code /proc}
   */
  public static OperatingSystem of(SymbolLookup symbols, Path proc) {
    return new OperatingSystem(symbols, proc);
  }

  /** Bytes of the blocks that a file takes on its disk; 0 if there is no such file. */
  public OptionalLong allocatedBytes(Path file) {
    return statx.allocatedBytes(file);
  }

  /**
   * Bytes of a mapped or native segment that are in memory, to the byte where it begins or ends
   * within a page; touches none. For a map of a file this is what the page cache holds of it,
   * whoever read it: a page that is not counted waits for the disk when it is touched.
   */
  public OptionalLong residentBytes(MemorySegment mapped) {
    checkNative(mapped);
    return mincore.residentBytes(mapped);
  }

  /**
   * Reads every page of a mapped segment into memory and says whether that worked: false means that
   * touching it would end the process, because its file has been cut or its disk fails. True also
   * where the system cannot tell (before Linux 5.14), with a note. Waits for the disk.
   */
  public boolean isReadable(MemorySegment mapped) {
    checkNative(mapped);
    return populateRead.isReadable(mapped);
  }

  private static void checkNative(MemorySegment mapped) {
    if (!mapped.isNative()) {
      throw new IllegalArgumentException(mapped + " lies in the Java heap");
    }
    if (!mapped.scope().isAlive()) {
      throw new IllegalStateException(mapped + " has been given back");
    }
  }

  /** Figures of this process, read now. */
  public ProcessFigures process() {
    return proc.figures();
  }

  /** Why figures have been empty so far, each reason once; sorted. */
  public List<String> notes() {
    return notes.all();
  }
}
