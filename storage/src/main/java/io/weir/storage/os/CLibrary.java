package io.weir.storage.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * Functions of the C library, as far as there is one that may be called.
 *
 * <p><b>Threads:</b> any.
 */
final class CLibrary {
  /** From {@code asm-generic/errno-base.h}: no such file. */
  static final int ENOENT = 2;

  /** A signal came first. */
  static final int EINTR = 4;

  /** There is nothing behind the address. */
  static final int EFAULT = 14;

  /** From {@code asm-generic/errno.h}: the memory itself is broken. */
  static final int EHWPOISON = 133;

  private static final String ERRNO_NAME = "errno";
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement(ERRNO_NAME));

  private final SymbolLookup symbols;
  private final Notes notes;

  /**
   * The functions that can be found there.
   *
   * <p>Only Linux has {@code statx}. Where it is missing nothing else is looked for: functions of
   * the same name take other numbers there.
   */
  CLibrary(SymbolLookup symbols, Notes notes) {
    this.symbols = symbols.find(Statx.NAME).isPresent() ? symbols : _ -> Optional.empty();
    this.notes = notes;
  }

  /**
   * Returns a handle whose first argument is a {@link #callState}, before those of {@code type}; or
   * a note.
   */
  @SuppressWarnings("restricted") // each caller passes the type that its man page gives
  Optional<MethodHandle> find(String name, FunctionDescriptor type) {
    try {
      Optional<MemorySegment> address = symbols.find(name);
      if (address.isEmpty()) {
        notes.add(name + " is not available here");
      }
      return address.map(there ->
          Linker.nativeLinker()
              .downcallHandle(there, type, Linker.Option.captureCallState(ERRNO_NAME)));
    } catch (UnsupportedOperationException | IllegalCallerException e) {
      notes.add(name + " may not be called: " + e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  /** Notes that a call failed. */
  void failed(String name, int errno) {
    notes.add(name + " failed with errno " + errno);
  }

  /** Memory for the {@code errno} of a call. */
  static MemorySegment callState(Arena arena) {
    return arena.allocate(CALL_STATE);
  }

  /** What the latest call with this state said went wrong. */
  static int errno(MemorySegment callState) {
    return (int) ERRNO.get(callState, 0L);
  }

  /** A handle of a C function declares everything and throws nothing of its own. */
  static AssertionError impossible(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    return new AssertionError("a call of the C library threw", thrown);
  }
}
