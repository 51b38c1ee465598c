;; wicked, wicked: reads all cards, then answers
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  ;; 0 the buffers of a call: address and length; 16 how much was read or written
  ;; 256 the answer
  (data (i32.const 256) "{\"findings\":[{\"code\":\"wicked\"}]}\n")
  ;; 1024 the line that was read
  ;; $read takes a line of at most 16 KiB, 0 at the end of the input
  (func $read (result i32)
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (i32.const 16384))
    (i32.store (i32.const 16) (i32.const 0))
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))
    (i32.load (i32.const 16)))
  (func $write (param $fd i32) (param $ptr i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $ptr))
    (i32.store (i32.const 4) (local.get $len))
    (drop (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 16))))
  (func $answer (call $write (i32.const 1) (i32.const 256) (i32.const 33)))
  (func (export "_start") (local $n i32)
    (loop $next
      (if (call $read) (then
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next))))
    (loop $more
      (if (local.get $n) (then
        (call $answer)
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $more)))))
)
