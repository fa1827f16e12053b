-- 20000000 operations
local t = {open = 0}
for i = 1, 20000000 do t.open = t.open + 1 end
print(t.open)
