//! Memory, as the host of rules likes it.
//!
//! Before each card (or batch of cards) the host sets a module's memory back to what it was when the check
//! had been configured, and that costs by the size of the memory. So the allocator is an arena that only goes up, with two
//! exceptions that keep it small: what was allocated last can grow in place, and can be given back.

#[cfg(not(target_family = "wasm"))]
pub use native::{allocate, reallocate, release};
#[cfg(target_family = "wasm")]
pub use wasm::{allocate, reallocate, release};

/// Memory of this size at a multiple of 8; never null.
#[cfg(not(target_family = "wasm"))]
mod native {
    use std::alloc::{alloc, dealloc, handle_alloc_error, realloc, Layout};

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size.max(1), 8).expect("a size that fits into memory")
    }

    pub fn allocate(size: usize) -> *mut u8 {
        let at = unsafe { alloc(layout(size)) };
        if at.is_null() {
            handle_alloc_error(layout(size));
        }
        at
    }

    /// # Safety
    /// `at` is of `allocate` or `reallocate` and has `old` bytes.
    pub unsafe fn reallocate(at: *mut u8, old: usize, new: usize) -> *mut u8 {
        let at = realloc(at, layout(old), new.max(1));
        if at.is_null() {
            handle_alloc_error(layout(new));
        }
        at
    }

    /// # Safety
    /// As for `reallocate`; the memory is not used after it.
    pub unsafe fn release(at: *mut u8, size: usize) {
        dealloc(at, layout(size));
    }
}

#[cfg(target_family = "wasm")]
mod wasm {
    use core::alloc::{GlobalAlloc, Layout};
    use core::arch::wasm32::{memory_grow, memory_size};
    use core::cell::Cell;
    use core::ptr::null_mut;

    const PAGE: usize = 65536;

    extern "C" {
        static __heap_base: u8; // the linker's: where data and stack end
    }

    /// The arena. A module has one thread, which is what makes `Sync` true.
    struct Arena {
        top: Cell<usize>, // 0 before the first use
    }

    unsafe impl Sync for Arena {}

    #[global_allocator]
    static ARENA: Arena = Arena { top: Cell::new(0) };

    impl Arena {
        fn top(&self) -> usize {
            match self.top.get() {
                0 => unsafe { &__heap_base as *const u8 as usize },
                top => top,
            }
        }

        /// Moves the top up to `end`, growing the memory; false when there is none.
        fn raise(&self, end: usize) -> bool {
            let have = memory_size(0) * PAGE;
            if end > have && memory_grow(0, (end - have + PAGE - 1) / PAGE) == usize::MAX {
                return false;
            }
            self.top.set(end);
            true
        }
    }

    unsafe impl GlobalAlloc for Arena {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let mask = layout.align().max(8) - 1;
            let end = self
                .top()
                .checked_add(mask)
                .map(|top| top & !mask)
                .and_then(|at| at.checked_add(layout.size()));
            match end {
                Some(end) if self.raise(end) => (end - layout.size()) as *mut u8,
                _ => null_mut(),
            }
        }

        unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
            if at as usize + layout.size() == self.top() {
                self.top.set(at as usize);
            }
        }

        unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            if at as usize + layout.size() == self.top() {
                return match (at as usize).checked_add(size) {
                    Some(end) if self.raise(end) => at,
                    _ => null_mut(),
                };
            }
            if size <= layout.size() {
                return at;
            }
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                at.copy_to_nonoverlapping(new, layout.size());
            }
            new
        }
    }

    fn layout(size: usize) -> Layout {
        unsafe { Layout::from_size_align_unchecked(size, 8) }
    }

    fn or_out_of_memory(at: *mut u8) -> *mut u8 {
        if at.is_null() {
            crate::host::log("out of memory");
            core::arch::wasm32::unreachable()
        }
        at
    }

    pub fn allocate(size: usize) -> *mut u8 {
        or_out_of_memory(unsafe { ARENA.alloc(layout(size)) })
    }

    /// # Safety
    /// `at` is of `allocate` or `reallocate` and has `old` bytes.
    pub unsafe fn reallocate(at: *mut u8, old: usize, new: usize) -> *mut u8 {
        or_out_of_memory(ARENA.realloc(at, layout(old), new))
    }

    /// # Safety
    /// As for `reallocate`; the memory is not used after it.
    pub unsafe fn release(at: *mut u8, size: usize) {
        ARENA.dealloc(at, layout(size));
    }

    /// Memory for the host: 0 when there is none.
    pub fn for_host(size: usize) -> usize {
        unsafe { ARENA.alloc(layout(size)) as usize }
    }
}

#[cfg(target_family = "wasm")]
pub use wasm::for_host;
